"""Pages and a JSON API over an archive: `create_app` of `dragoman.web.app`."""

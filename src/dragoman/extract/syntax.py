"""Who does what in a parse: subjects and objects through voice, relative clauses, control.

The labels are ClearNLP's (Choi and Palmer 2012), as spaCy's English models give them.
"""

from __future__ import annotations

from dragoman.language.document import Token

VERBAL = frozenset({"VERB", "AUX"})
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "DET", "ADJ", "SYM", "X"})
OBJECT = ("dobj", "obj")
PASSIVE_SUBJECT = ("nsubjpass", "csubjpass")
SUBJECT = ("nsubj", *PASSIVE_SUBJECT)
CLAUSAL = frozenset({"xcomp", "ccomp", "advcl", "pcomp", "conj", "acl", "relcl"})
RELATIVE = frozenset({"WDT", "WP", "WP$"})
DEPTH = 6


def children(token: Token, *deps: str) -> list[Token]:
    """Return the children with one of these labels, in order of the text."""
    return [child for child in token.children if child.dep in deps]


def is_verb(token: Token) -> bool:
    """Whether the token is a verb or auxiliary."""
    return token.pos in VERBAL


def is_passive(verb: Token) -> bool:
    """Whether a verb stands in the passive, as a participle too ("troops sent to …")."""
    if verb.tag not in ("VBN", "VBD"):
        return False
    if verb.child("auxpass") is not None:
        return True
    if children(verb, *OBJECT):  # "police arrested ten", whatever the parse makes of "police"
        return False
    if any(child.dep in PASSIVE_SUBJECT for child in verb.children):
        return True
    if verb.dep in ("acl", "amod") or (verb.dep == "advcl" and not children(verb, "aux", *SUBJECT)):
        return verb.tag == "VBN"
    shared = verb.dep == "conj" and verb.tag == "VBN" and not children(verb, "aux", *SUBJECT)
    return shared and verb.head is not verb and is_passive(verb.head)


def antecedent(token: Token) -> Token:
    """Return what a relative pronoun stands for, else the token itself."""
    if token.tag in RELATIVE or (token.lower == "that" and token.dep in SUBJECT + OBJECT):
        for above in (token, *token.ancestors()):
            if above.dep == "relcl":
                return above.head
    return token


def surface_subject(verb: Token, depth: int = 0) -> Token | None:
    """Return the grammatical subject, the one it shares or is lent included."""
    own = verb.child(*SUBJECT)
    if own is not None:
        return antecedent(own)
    if depth > DEPTH or verb.head is verb:
        return None
    head = verb.head
    if verb.dep in ("acl", "relcl"):
        return head if verb.dep == "acl" or not is_verb(head) else None
    if verb.dep == "conj" and (is_verb(head) or head.pos == "ADJ"):
        return surface_subject(head, depth + 1)
    if verb.dep in ("xcomp", "advcl", "ccomp", "pcomp", "prep", "aux", "auxpass", "acomp"):
        return _lent_subject(verb, head, depth)
    return None


def _lent_subject(verb: Token, head: Token, depth: int) -> Token | None:
    """The understood subject of "to leave" in "urged X to leave", "agreed to leave"."""
    if head.dep == "prep" or head.pos == "ADP":
        head = head.head
    if not (is_verb(head) or head.pos == "ADJ"):
        return _possessor(head)
    if verb.dep in ("xcomp", "pcomp", "ccomp"):
        controlled = head.child(*OBJECT, "dative")
        if controlled is not None and controlled.pos in ("NOUN", "PROPN", "PRON"):
            return antecedent(controlled)
    return surface_subject(head, depth + 1)


def _possessor(noun: Token) -> Token | None:
    owner = noun.child("poss")
    if owner is not None:
        return owner
    governor = noun.head
    if noun.dep in OBJECT and is_verb(governor):
        return surface_subject(governor, DEPTH - 1)
    return None


def agents(verb: Token) -> list[Token]:
    """Return who does it in the passive: the object of "by"."""
    found = []
    for child in verb.children:
        if child.dep == "agent" or (child.dep == "prep" and child.lower == "by"):
            found.extend(children(child, "pobj"))
    return found


def subjects(verb: Token) -> list[Token]:
    """Return who does what the verb tells; empty where nobody is named."""
    if is_passive(verb):
        return agents(verb)
    found = surface_subject(verb)
    return [found] if found is not None else []


def objects(verb: Token) -> list[Token]:
    """Return whom or what it is done to."""
    if is_passive(verb):
        found = surface_subject(verb)
        own = [found] if found is not None else []
        return own + children(verb, *OBJECT)
    own = [antecedent(t) for t in children(verb, *OBJECT)]
    if own:
        return own
    if verb.dep == "relcl" and not is_verb(verb.head) and _gap(verb):
        return [verb.head]
    for other in children(verb, "conj"):  # "arrested and beat protesters"
        if is_verb(other) and other.tag == verb.tag and other.child(*SUBJECT) is None:
            shared = children(other, *OBJECT)
            if shared and not children(verb, "prep", "ccomp", "xcomp", "oprd", "acomp"):
                return [antecedent(t) for t in shared]
    return []


def _gap(verb: Token) -> bool:
    """Whether a relative clause has a subject of its own, so that its object is the antecedent."""
    subject = verb.child(*SUBJECT)
    return subject is not None and subject.tag not in RELATIVE and subject.lower != "that"


def datives(verb: Token) -> list[Token]:
    """Return to whom: the indirect object or the object of "to"."""
    found = []
    for child in verb.children:
        if child.dep == "dative" and child.pos == "ADP":
            found.extend(children(child, "pobj"))
        elif child.dep == "dative":
            found.append(antecedent(child))
        elif child.dep == "prep" and child.lower == "to":
            found.extend(children(child, "pobj"))
    return found


def prep_objects(token: Token, word: str) -> list[Token]:
    """Return what follows a preposition that hangs on the token ("out of" counts as "of").

    A preposition that ends in "to" is another one: "according to", "due to", "prior to".
    """
    found = []
    for child in token.children:
        if child.dep in ("prep", "agent", "prt", "dative", "advmod"):
            if child.lower == word:
                found.extend(children(child, "pobj"))
            for inner in children(child, "prep"):
                if inner.lower == word and not (word == "to" and child.dep == "prep"):
                    found.extend(children(inner, "pobj"))
    return [antecedent(t) for t in found]


def clauses(token: Token) -> list[Token]:
    """Return the verbs of the clauses that complete a token, each with those beside it."""
    found: list[Token] = []
    for child in token.children:
        if child.dep in ("xcomp", "ccomp", "oprd") or (child.dep == "acl" and is_infinitive(child)):
            found.append(child)
        elif child.dep == "prep":
            found.extend(children(child, "pcomp"))
        elif child.dep == "advcl" and is_infinitive(child):
            found.append(child)
    for verb in list(found):
        found.extend(t for t in children(verb, "conj") if is_verb(t))
    return found


def is_infinitive(verb: Token) -> bool:
    """Whether "to" stands before a verb."""
    return any(child.lower == "to" and child.dep == "aux" for child in verb.children)


def auxiliaries(verb: Token) -> list[Token]:
    """Return the auxiliaries of a verb, those it shares with the verb before it included."""
    own = children(verb, "aux", "auxpass")
    if own or verb.child(*SUBJECT) is not None or verb.dep != "conj" or not is_verb(verb.head):
        return own
    return auxiliaries(verb.head) if verb.tag == verb.head.tag else []


def phrase_start(token: Token) -> list[Token]:
    """Return the words that describe a noun: adjectives, compounds, numbers, possessors."""
    return children(token, "amod", "compound", "nmod", "nummod", "poss", "det", "npadvmod")


def hidden_conjuncts(token: Token) -> list[Token]:
    """Return names that the parse took for descriptions: "Minister A and Minister B"."""
    modifiers = children(token, "nmod", "compound", "appos")
    return [t for t in modifiers if t.ent == "PERSON" and t.child("cc") is not None]


def conjuncts(token: Token) -> list[Token]:
    """Return the token and the nouns joined to it by "and"."""
    found = [token]
    for child in children(token, "conj"):
        if not is_verb(child):
            found.extend(conjuncts(child))
    return found

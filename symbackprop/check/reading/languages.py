"""The few words that decide what a formula claims - if, otherwise, output, hidden - as English, German, French, Spanish and Italian have them.

Stems stand for all words that begin with them: ausgabe for Ausgabeneuron and Ausgabeschicht.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "if": "if when whenever unless provided falls wenn sofern sobald si lorsque quand cuando",
    "for": "for für fuer pour para",
    "otherwise": "otherwise else sonst ansonsten andernfalls sinon autrement altrimenti",
    "and": "und et avec donc ainsi où mit also daher somit folglich wobei bzw sowie ou donde entonces luego dove quindi",
    "filler": "the neuron neurons unit units layer is are an a das der die dem ein eine einer neurone einheit schicht ist le la les un une "
              "du neurones unité couche est une el neurona unidad capa es una dans de in der",
}  # fmt: skip
STEMS: dict[str, str] = {
    "output": "output final last ausgabe ausgang letzt sortie derni salida últim uscita",
    "fed": "downstream succ nachfolg folge suivant siguiente sucesor",
    "some": "input eingabe eingang entrée entrad ingress neuron einheit unit knoten nœud nodo schicht couche capa strato upstream vorgäng",
    "hidden": "hidden inner intermediate verdeckt versteckt innere zwischen cach interméd intern oculta oculto nascost",
    "assume": "suppos assum angenomm annahme supong supon",
    "net": "sigmoid sigmoïd logistic logistique logistisch neuron neural activation aktivierung activaci backprop back-prop rückprop rétroprop "
           "retroprop fehlerrück perzeptron perceptron sbp:",
}  # fmt: skip
PHRASES = ("any other", "all other", "others", "en otro caso", "de lo contrario", "dans les autres cas", "in allen anderen fällen")  # otherwise


def words(*meanings: str) -> frozenset[str]:
    """Every word with one of these meanings.

    >>> "sonst" in words("otherwise")
    True
    """
    return frozenset(word for meaning in meanings for word in WORDS[meaning].split())


def any_of(*meanings: str) -> str:
    """What a pattern needs to find one of the words, or a word that begins with one of the stems."""
    whole = [word for meaning in meanings if meaning in WORDS for word in WORDS[meaning].split()]
    begun = [stem for meaning in meanings if meaning in STEMS for stem in STEMS[meaning].split()]
    return "|".join([*sorted(whole, key=len, reverse=True), *(stem + r"\w*" for stem in begun)])


def begins(word: str, meaning: str) -> bool:
    """Whether a word begins with a stem of this meaning.

    >>> begins("ausgabeneuron", "output"), begins("neuron", "output")
    (True, False)
    """
    return word.startswith(tuple(STEMS[meaning].split()))

"""
Learns how words are spelled and invents new ones, with nothing but the standard library. These are plain functions:
they know nothing of Flotilla, and can be called by hand or from a test.
"""

import json
import math
import random
from collections import Counter, defaultdict

LISTS = {
    "birds": "avocet bittern bullfinch bunting buzzard chaffinch chiffchaff cormorant crossbill curlew dunlin dunnock fieldfare "
    "firecrest fulmar gadwall goldfinch goosander goshawk greenfinch guillemot hawfinch hobby jackdaw kestrel kingfisher "
    "kittiwake lapwing linnet magpie mallard merlin moorhen nightingale nuthatch osprey peregrine pipit plover ptarmigan "
    "puffin redshank redstart sanderling sandpiper shearwater siskin skylark sparrow starling stonechat swallow wheatear "
    "whimbrel whinchat whitethroat wigeon woodcock yellowhammer",
    "cheeses": "appenzeller asiago beaufort bergkase boursin brie brillat caciocavallo camembert cantal chabichou chaource cheddar "
    "cheshire comte coulommiers crottin derby edam emmental epoisses fontina fourme gorgonzola gouda grana gruyere halloumi "
    "idiazabal jarlsberg lancashire langres leicester limburger livarot mahon manchego maroilles mascarpone morbier mozzarella "
    "munster neufchatel parmesan pecorino provolone raclette reblochon ricotta robiola roncal roquefort scamorza stilton stracchino "
    "taleggio tilsiter vacherin valencay wensleydale",
    "rivers": "aare adige allier amazon arno charente clyde congo danube dee dniester don dordogne douro drava ebro elbe ganges garonne "
    "gironde guadiana indus inn isar jordan kama loire mackenzie main marne mekong meuse mississippi missouri mosel murray "
    "neckar niger nile oder orinoco parana po rhine rhone saale saone seine severn shannon spree tagus thames tiber tisza trent "
    "tyne ural vistula volga weser yangtze yukon zambezi",
}


def write_lists(lists):
    """Writes the words to learn from to the path `lists`. Yours would read a data set."""
    lists.write_text(json.dumps({kind: words.split() for kind, words in LISTS.items()}))


def invent(lists, kind, memory, count):
    """Trains on most words of a kind, tells how much the others surprise the model, and invents some of its own."""
    words = json.loads(lists.read_text())[kind]
    known, unseen = [word for i, word in enumerate(words) if i % 5], words[::5]
    model = learn(known, memory)
    dice = random.Random(f"{kind} {memory}")
    invented = []
    while len(invented) < count:
        word = spell(model, memory, dice)
        if 4 <= len(word) <= 12 and word not in words + invented:
            invented.append(word)
    print(f"{len(known)} {kind}, remembering {memory}: {', '.join(invented)}")
    return {"words": invented, "surprise": surprise(model, unseen, memory)}


def write_page(words, surprise, page):
    """`words` and `surprise` are lists of rows: {"kind": "birds", "memory": 1, "words": [...]}."""
    bits = {(row["kind"], row["memory"]): row["surprise"] for row in surprise}
    lines = ["| kind | letters remembered | bits a letter | invented |", "|---|---|---|---|"]
    for row in words:
        kind, memory = row["kind"], row["memory"]
        lines.append(f"| {kind} | {memory} | {bits[kind, memory]:.2f} | {', '.join(row['words'])} |")
    page.write_text("\n".join(lines) + "\n")


def learn(words, memory):
    """How often each letter follows each run of `memory` letters. Words begin with blanks and end with a full stop."""
    follows = defaultdict(Counter)
    for word in words:
        text = " " * memory + word + "."
        for i in range(memory, len(text)):
            follows[text[i - memory : i]][text[i]] += 1
    return follows


def spell(model, memory, dice):
    text = " " * memory
    while not text.endswith("."):
        letters = model[text[-memory:]]
        text += dice.choices(list(letters), weights=list(letters.values()))[0]
    return text[memory:-1]


def surprise(model, words, memory):
    """Bits a letter: 4.75 would be a guess among 27. Every letter counts as seen half a time, so that none is impossible."""
    bits = letters = 0
    for word in words:
        text = " " * memory + word + "."
        for i in range(memory, len(text)):
            seen = model.get(text[i - memory : i], {})
            bits -= math.log2((seen.get(text[i], 0) + 0.5) / (sum(seen.values()) + 0.5 * 27))
            letters += 1
    return round(bits / letters, 3)

"""Page furniture: the words that a site puts around an article, told apart from the article by rule.

A rule fits a piece as a whole or not at all, so that a sentence of the article that merely begins like furniture stays.
"""

from __future__ import annotations

import re

LONGEST = 300
"""The longest piece, in characters, that can be furniture by its wording."""

_NAME = r"(?:[A-Z][\w.'’-]*(?:[ ]|(?=[.,;:/|)]|\Z)))"
_SERVICES = (
    r"(?:facebook|twitter|x|whatsapp|linkedin|reddit|pinterest|e-?mail|telegram|flipboard|bluesky|threads|tumblr|link|print)"
)
_PARTS = (
    (
        "sharing",
        rf"(?:share|tweet|pin|like|copy|post|save)(?: (?:this|it|link|the))?(?: (?:article|story|page|post|link|"
        rf"interview))?(?: (?:on|via|to|with|by))?(?:[ ,|/·•]*(?:and|on|via|or)?[ ]*{_SERVICES})*[.!]?",
    ),
    ("sharing", rf"{_SERVICES}(?:[ ,|/·•]+{_SERVICES})+"),
    (
        "comments",
        r"(?:\d+ )?(?:comments?|leave a (?:comment|reply)|post a comment|join the (?:conversation|discussion)|"
        r"view (?:all )?comments|comments are closed)(?: \(?\d+\)?)?[.!]?",
    ),
    (
        "more",
        r"(?:read|see|learn|find out|discover|view|load|show) (?:more|also|next|all)(?: (?:stories|articles|"
        r"from .{1,60}))?\s?[.!…:»›>]*",
    ),
    (
        "more",
        r"(?:continue reading|click here(?: (?:to|for) .{1,80})?|keep reading|read the full (?:story|article|"
        r"interview)(?: here)?|(?:story|article) continues below(?: (?:the )?(?:advertisement|ad|video|gallery))?|"
        r"scroll (?:down )?(?:for more|to continue(?: reading)?))[.!…:]*",
    ),
    (
        "related",
        r"(?:related|recommended|trending|most (?:read|popular)|popular(?: now)?|you (?:may|might) (?:also )?like|"
        r"more (?:from|on|in|like) .{1,60}|more (?:stories|news|coverage)|(?:related|recommended|latest|more|"
        r"top) (?:articles?|stories|story|posts?|links?|content|news|reading|topics|videos?|interviews?)|up next|"
        r"sister links|see also|external links|in this article|in this story)[.!…:]*",
    ),
    (
        "related",
        r"(?:related(?: (?:story|article|post|video|content))?|read (?:more|also|next)|see also|also read|more|watch|"
        r"listen|next|previous|recommended|video|don[’']t miss|up next|gallery|photos)\s?[:|"
        r"»›>–—]\s?(?=[^?]{3,200}\Z)(?:['\"“‘]?[A-Z0-9][^.!?]*)",
    ),
    (
        "advertisement",
        r"(?:advertisements?|advertising|sponsored(?: content| by .{1,60})?|promoted(?: content)?|ad|paid (?:content|"
        r"post)|article continues after advertisement|skip (?:ad|advertisement))[.!:]*",
    ),
    (
        "newsletter",
        r"(?:(?:please )?(?:sign up|subscribe|register)|get (?:our|the (?:latest|best|day['’]s))|join our|"
        r"enter your e-?mail|want more|never miss)\b.{0,200}\b(?:newsletters?|inbox|e-?mails? (?:address|alerts?|"
        r"updates?)|mailing list|alerts|updates|subscri\w+|daily|weekly|youtube channel|podcast)\b.{0,60}",
    ),
    (
        "newsletter",
        r"(?:subscribe|sign (?:up|in)|log ?in|register|newsletter|your e-?mail(?: address)?|submit|subscribe (?:now|"
        r"today)|create (?:an )?account|my account|unsubscribe at any ?time)[.!:]*",
    ),
    ("following", rf"(?:follow|like|find|join) (?:us|me|.{{1,40}}) on {_SERVICES}\b.{{0,80}}"),
    (
        "cookies",
        r"(?:(?:this|our) (?:web)?(?:site|page)s? uses? cookies|we (?:and our partners )?use cookies|"
        r"by (?:continuing|clicking|using|signing up)\b.{0,60}\byou (?:agree|accept|consent)|(?:accept|reject|manage|"
        r"allow)(?: all)? cookies|cookie (?:policy|settings|preferences|notice)|(?:terms (?:of (?:use|service))?|"
        r"privacy policy)(?: (?:and|[|·]) .{1,40})?).{0,240}",
    ),
    ("copyright", r"(?:©|\(c\)|copyright\b)\s.{0,160}"),
    ("copyright", r".{0,100}\ball rights reserved\b.{0,60}"),
    (
        "navigation",
        r"(?:skip to (?:main )?content|back to top|(?:previous|next) (?:article|post|story|page)|home|menu|search|"
        r"(?:main )?navigation|close|toggle \w+|top stories|breaking news|contents|table of contents|edit|permalink|"
        r"have an opinion on this story\?.{0,80})[.!»›>]*",
    ),
    (
        "caption",
        r"(?:(?:file )?(?:photo(?:graph)?s?|image|picture|pic|credit|illustration|photo(?:graph)? credit|"
        r"image credit|photo courtesy|courtesy)(?: (?:by|of|courtesy(?: of)?|credit))?\s?[:/©]\s?.{1,200})",
    ),
    (
        "caption",
        rf"(?:photo(?:graph)?s?|image|picture|illustration|credit) (?:by|courtesy of|credit) (?:{_NAME}|of |the |"
        rf"and |via |for )+[./|(]?.{{0,80}}",
    ),
    (
        "caption",
        r".{3,260}[.,;)\s]\s?(?:images?|photos?|pictures?|photo(?:graph)?(?: by| courtesy of)?|credit|\(?(?:photo|"
        r"image|credit)s?)\s?[:;/]\s?.{2,80}",
    ),
    ("caption", r"file (?:photo|picture|image)s? of .{2,200}"),
    ("caption", r".{2,200}\((?:photo|image|picture|credit)[^()]{0,100}\)\.?"),
    (
        "caption",
        r"(?:.{2,80}/)?(?:getty images|shutterstock|reuters|associated press|alamy|afp|ap photo|wireimage|"
        r"filmmagic)(?: (?:for|via) .{1,60})?",
    ),
    ("time", r"(?:\d{1,2}|one|two|three|five) (?:min(?:ute)?s?|mins?)\.? read"),
    ("time", r"(?:last )?(?:updated|published|posted|modified)(?: on| at)?:?\s.{0,12}\d.{0,60}"),
)
_WHOLE = tuple((name, re.compile(rf"(?:{rule})\Z", re.IGNORECASE | re.DOTALL)) for name, rule in _PARTS)
_BESIDE = re.compile(
    r"\((?:left|right|centre|center|top|bottom|above|below|second from (?:left|right)|from left|far (?:left|right)|l|r)\)", re.I
)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|said|says|told|tells|will|would|can|could|did|does|do|I|we)\b")


def furniture(words: str) -> str | None:
    """Return which kind of page furniture a piece is, or None for a piece of the article."""
    words = words.strip()
    if not words or len(words) > LONGEST or words[0] in '“"‘«„':
        return None
    found = next((name for name, rule in _WHOLE if rule.match(words)), None)
    if found == "caption" and words.endswith("?"):
        return None
    if found is None and len(words) < 160 and _BESIDE.search(words) and not _FINITE.search(words):
        return "caption"
    return found

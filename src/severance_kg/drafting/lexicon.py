"""The English that the rules know: verbs of speech, roles, pronouns, words that are no names."""

from __future__ import annotations


def _forms(bases: str, irregular: str = "") -> frozenset[str]:
    """Return the third person, the past and the participle of regular verbs, and irregular forms as they are given."""
    found = set(irregular.split())
    for base in bases.split():
        found |= {base, _third(base), _past(base), _participle(base)}
    return frozenset(found)


def _third(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "sh", "ch", "x", "z")) else "s")


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + (base[-1] if base in _DOUBLED else "") + "ed"


def _participle(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith("ee"):
        return base[:-1] + "ing"
    return base + (base[-1] if base in _DOUBLED else "") + "ing"


_DOUBLED = frozenset("quip admit sob stammer chip nod blab rap chat dub vow quit pun riff plan refer demur concur".split()) - {
    "stammer",
    "vow",
}

SPEAKING = _forms(
    "add admit advise affirm agree allege announce answer argue ask assert assure aver beam bark beg bellow boast blurt brag "
    "caution challenge charge chime chuckle cite claim clarify comment complain concede conclude concur confess confide "
    "confirm contend continue counsel counter croak cry dare decide declare demand demur deny describe detail disagree disclose "
    "elaborate emphasise emphasize enthuse exclaim explain express exult fume gasp giggle gloat greet gripe groan growl grumble "
    "grunt gush hint implore imply indicate inform inquire insist instruct interject interrupt intone introduce jest joke lament "
    "laugh lecture maintain marvel mention moan mumble murmur muse mutter narrate nod note observe offer opine order persist "
    "plead pledge point post pray predict press proclaim promise propose protest purr quip reason reassure recall recommend "
    "reiterate recount reflect relate remark remember remind reminisce repeat reply report request respond retort "
    "reveal riff roar "
    "rule scoff scream share shout shriek shrug sigh smile smirk snap snarl sneer sniff snort sob specify speculate "
    "stammer state "
    "stress stutter suggest summarise summarize sum tease testify text thunder tweet urge venture vent volunteer vow wail "
    "warn whine whisper wink wonder wail yell elaborate theorise theorize estimate believe hope argue praise recite sing "
    "start stipulate list read sign lie reason gush mock blog email e-mail voice phrase put tell call write signal",
    "said say says saying sez told tell tells telling wrote write writes writing written spoke speak speaks speaking "
    "thought think thinks thinking felt feel feels feeling began begin begins beginning swore swear swears swearing "
    "went goes quoth put puts putting sang sings read reads meant means meaning went-on foretold forewarned begged "
    "taught held holds holding found finds kept keeps quoted quotes quoting referred refers referring nodded nodding "
    "understood understands knows knew sees saw",
)
"""Every form of a verb that can introduce somebody's words; what stands beside it decides."""

STRONG = _forms(
    "add admit agree announce answer argue ask assert caution chime chuckle claim clarify comment complain concede "
    "conclude confess confirm contend continue counter declare elaborate emphasise emphasize enthuse exclaim explain gush "
    "insist interject joke lament laugh marvel mention muse mutter note observe opine quip recall reflect remark reminisce "
    "remember reply report respond retort reveal scoff share shout sigh smile state stress suggest tease tweet urge "
    "warn whisper wonder "
    "yell tell recount write theorise theorize post volunteer predict counsel inquire testify",
    "said say says saying told tells telling wrote writes writing written went-on put puts began",
)
"""Those that hardly ever stand beside a quotation without introducing it."""

WEAK = SPEAKING & _forms(
    "point start sign list press rule order lie offer share read charge put call nod smile shrug wink sing introduce "
    "sum decide hold "
    "keep find see know mean feel begin relate detail express cite describe signal voice phrase post text praise challenge greet",
    "put puts went goes held holds found finds kept keeps knows knew sees saw feels felt understood understands read reads means "
    "meant began begins",
)
"""Those that mostly mean something else: they count only right beside the quotation."""

NAMING = _forms(
    "call describe dub deem label brand characterise characterize term style hail praise dismiss slam condemn "
    "criticise criticize "
    "denounce compare liken refer blast decry consider tout bill summarise summarize sum slate define",
    "called calls calling saw sees seen",
)
"""Verbs that give a word or two of somebody's: "called it “a gift”"."""

ADDRESSED_ONLY = frozenset(
    "told tell tells telling informed informs assured assures reminded reminds reassured thanked thanks".split()
)

PRONOUNS = frozenset("he she they i we you it one".split())
SPEAKING_PRONOUNS = frozenset("he she they i we it".split())

TITLES = frozenset(
    "mr mrs ms mx miss dr prof professor sir dame lord lady rev reverend fr father sister brother st capt captain "
    "col colonel gen general "
    "lt lieutenant maj major sgt sergeant cpl cmdr commander adm admiral sen senator rep representative gov governor "
    "pres president "
    "hon judge justice chief detective det officer inspector king queen prince princess pope bishop archbishop "
    "cardinal rabbi imam "
    "sheikh mayor minister secretary ambassador chancellor premier congressman congresswoman councillor coach sens "
    "reps drs profs messrs emeritus".split()
)
HE_TITLES = frozenset("mr sir lord father fr king prince brother congressman pope".split())
SHE_TITLES = frozenset("mrs ms miss dame lady queen princess sister congresswoman".split())

ABBREVIATIONS = frozenset(
    "mr mrs ms mx dr prof rev fr st capt col gen lt maj sgt cpl cmdr adm sen rep gov pres hon jr sr inc ltd co corp "
    "dept det no vs v vol "
    "ep eps ch fig ed eds etc al cf approx est jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu "
    "thur thurs fri sat "
    "sun u.s u.k u.n e.g i.e a.m p.m d.c l.a ph.d m.d b.a m.a".split()
)

ROLE_NOUNS = frozenset(
    "showrunner creator writer director producer actor actress star co-star costar screenwriter playwright author "
    "novelist composer "
    "editor designer cinematographer photographer choreographer comedian comic singer songwriter musician rapper "
    "drummer guitarist "
    "bassist pianist conductor artist painter sculptor poet journalist reporter critic columnist presenter host "
    "anchor broadcaster "
    "blogger podcaster interviewer interviewee narrator dancer model performer magician veteran newcomer lead "
    "protagonist filmmaker "
    "president vice-president chairman chairwoman chairperson chair chief executive ceo cfo coo founder co-founder "
    "cofounder owner "
    "co-owner manager head boss leader deputy secretary minister premier chancellor senator representative "
    "congressman congresswoman "
    "lawmaker legislator politician governor mayor councillor councilman councilwoman ambassador diplomat envoy "
    "spokesman spokeswoman "
    "spokesperson official officer commander general colonel captain sergeant lieutenant soldier marine policeman "
    "policewoman detective "
    "inspector sheriff superintendent investigator prosecutor attorney lawyer solicitor barrister judge justice magistrate clerk "
    "professor lecturer teacher principal headteacher dean scholar scientist researcher biologist chemist physicist "
    "historian economist "
    "analyst strategist sociologist psychologist psychiatrist anthropologist archaeologist astronomer engineer "
    "programmer developer "
    "architect doctor physician surgeon nurse midwife dentist vet veterinarian pharmacist therapist counsellor "
    "counselor priest bishop "
    "archbishop cardinal pastor rabbi imam monk nun coach trainer player striker goalkeeper midfielder defender "
    "quarterback pitcher "
    "athlete runner swimmer boxer champion driver pilot astronaut sailor farmer fisherman miner builder carpenter "
    "electrician plumber "
    "mechanic driver chef cook baker waiter waitress bartender barman shopkeeper salesman trader banker broker "
    "investor accountant "
    "consultant adviser advisor aide assistant expert specialist activist campaigner organiser organizer volunteer advocate "
    "philanthropist entrepreneur businessman businesswoman tycoon mogul landlord tenant resident neighbour neighbor "
    "witness bystander "
    "survivor victim suspect defendant patient student pupil graduate undergraduate teenager man woman boy girl "
    "child mother father mum "
    "mom dad parent son daughter brother sister husband wife widow widower uncle aunt cousin grandfather grandmother grandson "
    "granddaughter friend partner colleague fan viewer reader user customer visitor tourist passenger motorist "
    "librarian curator keeper "
    "archivist translator interpreter publisher agent publicist stylist costumer puppeteer stuntman animator "
    "illustrator cartoonist "
    "hairdresser gardener postman firefighter paramedic candidate nominee incumbent voter member delegate fellow "
    "maker creators owner "
    "lamplighter ferryman baroness baron duke duchess earl count countess emir sultan sheikh prophet wizard hero villain".split()
)
PLURAL_ROLES = frozenset(noun + "s" for noun in ROLE_NOUNS) | frozenset(
    "police authorities people critics experts officials others some many sources witnesses residents men women "
    "children families "
    "lawmakers businessmen firemen spokesmen prosecutors scientists".split()
)
HE_ROLES = frozenset(
    "actor chairman spokesman policeman businessman salesman fisherman man boy father dad son brother husband "
    "widower uncle grandfather "
    "grandson baron duke king prince emir sultan congressman councilman stuntman postman barman landlord waiter hero "
    "ferryman priest".split()
)
SHE_ROLES = frozenset(
    "actress chairwoman spokeswoman policewoman businesswoman woman girl mother mum mom daughter sister wife widow "
    "aunt grandmother "
    "granddaughter baroness duchess countess queen princess congresswoman councilwoman nun landlady waitress heroine "
    "midwife".split()
)
VOICES = frozenset(
    "statement report letter tweet post message email note caption article review study court company government "
    "ministry department "
    "agency committee council union party university hospital newspaper magazine paper site website blog campaign "
    "group organisation "
    "organization charity police office team band studio network channel embassy commission board firm bank airline association "
    "federation league club church army navy force administration white house kremlin pentagon notice sign poster "
    "placard banner line "
    "slogan headline quote quotation inscription entry memo filing complaint lawsuit judgment ruling release "
    "invitation card book "
    "manifesto text title chorus lyric song motto press crowd audience couple pair duo family voice caller "
    "correspondent agency".split()
)
"""Things that are said to say: statements, papers, institutions."""

CALENDAR = frozenset("april may june august march spring summer autumn winter sunday friday".split())
"""Names of months, seasons and days that are people's names as well."""

DEMONYMS = frozenset(
    "republican democrat democratic conservative liberal american briton englishman englishwoman scot scotsman "
    "irishman welshman canadian "
    "australian californian texan londoner parisian german italian spaniard frenchman frenchwoman russian european "
    "african asian new-yorker "
    "yorker angeleno oscar-winner grammy-winner nobel-laureate laureate native alum alumnus alumna icon legend vet "
    "duo pair".split()
)

NO_NAMES = frozenset(
    "a an the this that these those there here it its he his him she her hers they their them we our us i my me you "
    "your who whom whose which "
    "what when where why how if but and or nor so yet for as at by from in into of off on onto out over to under up "
    "with within without "
    "about above across after against along amid among around before behind below beneath beside besides between "
    "beyond during despite "
    "except inside like near outside past since through throughout till toward towards until upon via than then "
    "though although because "
    "unless while whereas whether once now today yesterday tomorrow tonight later earlier soon still just even only "
    "also too very much "
    "many more most less least some any all both each every either neither none no not never always often sometimes "
    "perhaps maybe yes "
    "well oh ah okay ok however meanwhile moreover furthermore therefore thus hence instead indeed finally first "
    "second third last next "
    "another other others such same own again already almost quite rather really simply actually certainly clearly "
    "naturally of course "
    "let one two three four five six seven eight nine ten eleven twelve hundred thousand million monday tuesday "
    "wednesday thursday friday "
    "saturday sunday january february march april june july august september october november december spring summer "
    "autumn winter "
    "season episode series part chapter act scene asked speaking talking writing responding reflecting discussing "
    "according given "
    "is are was were be been being am do does did has have had will would can could shall should may might must "
    "don't didn't it's that's "
    "there's i'm i've i'll i'd you'll you'd he'll he'd she'll she'd we'll we'd they'll they'd it'll who'd who'll "
    "we're we've he's she's they're you're what's who's let's isn't wasn't doesn't can't won't "
    "question answer interviewer interviewee q a thanks thank please hello hi hey good great sure right wow yeah yep nope sorry "
    "quoting additionally eventually initially recently previously originally ultimately overall speaking elsewhere together "
    "back down".split()
)
"""Words that a sentence may begin with in a capital letter, and that begin no name."""

GROUP_NAMES = frozenset(
    "times post guardian telegraph independent herald tribune journal gazette chronicle news magazine weekly daily "
    "review press reuters "
    "bloomberg forbes variety deadline collider vulture netflix apple hulu disney hbo bbc cnn nbc abc cbs fox itv "
    "npr sky mtv espn amazon "
    "google facebook twitter instagram youtube tiktok reddit wikinews wikipedia university college school institute "
    "academy hospital "
    "company corporation inc ltd corp group studios studio pictures entertainment productions records television tv "
    "radio network channel "
    "party government ministry department agency bureau office council committee commission congress senate "
    "parliament house court union "
    "association federation league club church police army navy force fund foundation trust society museum theatre "
    "theater festival "
    "awards award street avenue road city county state kingdom states republic island islands river mountain sea "
    "ocean lake bay park "
    "hotel airport station bridge tower palace castle center centre hall building america britain england scotland "
    "wales ireland france "
    "germany italy spain russia china japan india australia canada mexico brazil africa europe asia london paris york washington "
    "service intelligence alliance front coalition network bank community project programme program initiative act "
    "bill war prize east west "
    "north south hills heights valley beach square pier harbour harbor port district province region cup rights affairs media "
    "hollywood california texas florida chicago boston moscow beijing tokyo berlin rome".split()
)
"""Last words of names that are no person's."""

HE_NAMES = frozenset(
    "aaron adam adrian ahmed alan albert alex alexander alexei alfred ali amir andrew andy angus anthony antonio "
    "arthur ashton austin "
    "ben benedict bernie bert barney basil blake bo boyd brock benjamin bernard bill billy bob bobby boris brad "
    "bradley brandon brendan brent brett brian britt bruce bryan bryce "
    "caleb carl carlos casey cedric charles charlie chester chris christian christopher chuck clark clive colin "
    "connor craig dale damon dan "
    "daniel danny darren dave david dean declan denis dennis derek desmond dick diego dmitri dominic don donald doug "
    "douglas duncan dylan "
    "earl ed eddie edgar edmund eduardo edward edwin eli elijah elliot elliott emmanuel eric erik ernest ethan "
    "eugene evan felix fernando "
    "finn francis francisco frank franklin fred frederick gabriel gareth gary gavin geoff geoffrey george gerald "
    "gerard giles glen glenn "
    "gordon graham grant greg gregory guillermo gus guy hamish hans harold harrison harry harvey hassan hector henry "
    "herbert herman howard "
    "hugh hugo ian ibrahim igor irving isaac ivan jack jackson jacob jake james jamie jan jared jason jasper javier "
    "jay jeff jeffrey "
    "jeremy jerome jerry jesse jesus jim jimmy joe joel john johnny jon jonah jonas jonathan jordan jorge jose "
    "joseph josh joshua juan "
    "julian julius justin karl keith ken kenneth kevin kit kurt kyle lance larry lars laurence lawrence lee leo leon "
    "leonard leonardo lewis "
    "liam lloyd logan louis luca lucas luis luke malcolm manuel marc marcel marco marcus mario mark marshall martin "
    "marvin mason matt "
    "matthew maurice max michael miguel mike miles mohamed mohammed morgan moses muhammad nathan nathaniel ned neil "
    "nelson nicholas nick "
    "nigel noah noam noel norman oliver omar oscar otto owen pablo patrick paul pedro pete peter phil philip phillip "
    "pierre quentin rafael "
    "ralph ramon randy ray raymond rex ricardo richard richie rick ricky rob robbie ronnie jimbo freddie frankie "
    "jakob karl-heinz mitch mick mickey mickie joaquin kieran kelby rami stu zac stevie robert roberto robin rod "
    "roger roland ron ronald "
    "rory ross roy rupert "
    "russell ryan sam samuel saul scott sean sebastian sergei seth shane shaun shawn sidney simon spencer stan "
    "stanley stefan stephen "
    "steve steven stewart stuart ted terence terry theo theodore thomas tim timothy toby todd tom tommy tony tramell "
    "travis trevor tristan "
    "tyler victor vincent vladimir wallace walter warren wayne wesley will william winston zach zachary zack".split()
)
SHE_NAMES = frozenset(
    "abigail ada adele agatha agnes aisha alexandra alexis alice alicia alison amanda amber amelia amina amy ana "
    "andrea angela angelina "
    "anita ann anna anne annette annie april ashley audrey barbara beatrice becky belinda bella bernadette beth "
    "betty beverly bianca "
    "bonnie brenda bridget britney camilla carla carmen carol caroline carolyn catherine cecilia celia charlotte "
    "chelsea cherry cheryl "
    "chloe christina christine cindy claire clara claudia colleen constance courtney cynthia daisy daphne dawn "
    "deborah debbie debra delia denise "
    "diana diane dolores donna dora doris dorothy edith eileen elaine eleanor elena elisabeth elise eliza elizabeth "
    "ella ellen eloise elsa "
    "emily emma erica erin esther ethel eva eve evelyn fatima faye felicity fiona flora florence frances francesca "
    "freya gabriela gail "
    "gemma genevieve georgia georgina geraldine gillian gina gloria grace greta gwen hannah harriet hazel heather "
    "heidi helen helena helly "
    "hillary hilary holly hope ida imogen ingrid irene iris isabel isabella isla ivy jackie jacqueline jane janet "
    "janice jasmine jean "
    "jeanette jen jenni jenna jennifer jenny jess jessica jill joan joanna joanne jocelyn josephine joy joyce "
    "juanita judith judy julia juliana "
    "julianne julie juliet june karen kate katherine kathleen kathryn kathy katie katrina kayla keira kelly kerry "
    "kim kimberly kirsten "
    "kristen kristin lara laura lauren leah leila lena lesley leslie lily linda lisa liz lois lola lorna lorraine "
    "louise lucia lucille "
    "lucy lydia lynn mabel madeleine madeline maggie mandy marcia margaret margot maria marian marianne marie "
    "marilyn marion marjorie "
    "marlene martha mary marymegan matilda maud maureen maya megan melanie melissa mercedes mia michelle mildred "
    "millie miranda miriam "
    "moira molly mona monica muriel myra nadia nancy naomi natalie natasha nell nicola nicole nina nora norah norma "
    "olga olive olivia "
    "paige pam pamela pat patricia patsy paula pauline pearl peggy penelope penny petra philippa phoebe phyllis "
    "polly priya priscilla rachel "
    "rebecca regina renee rhoda rita roberta rosa rosalind rose rosemary rosie roxanne ruby ruth sabrina sally "
    "samantha sandra sara sarah "
    "selena shannon sharon sheila shelley shirley shonda sienna silvia sofia sonia sophia sophie stacey stella "
    "stephanie sue susan susanna "
    "suzanne sybil sylvia tamara tania tanya tara teresa tess thelma theresa tiffany tina tracy trudy uma ursula "
    "valerie vanessa vera "
    "veronica vicky victoria viola violet virginia vivian wanda wendy whitney wilma winifred yasmin yolanda yvette "
    "yvonne zoe dichen patricia".split()
)
PARTICLES = frozenset("de da di del della der den des du la le van von zu bin ibn al el ap y e dos das ter ten st".split())

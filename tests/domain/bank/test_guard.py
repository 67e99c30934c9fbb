"""The guard of opposites and neighbours, tried with what students really type in a clinical exam.

Each line holds two texts. `APART` must never be confused, whichever of the two is the accepted one, and somebody
must hear of it; `SLIPS` are the same answer with a slip in the second text, which must not cost a point.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations

import pytest

from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.typed import TypedAnswer, Verdict

APART = """
left axillary nerve | right axillary nerve
axillary nerve, left | axillary nerve, right
left side of the neck | neck, right side
the left scalene | scalene on the right
left | right
C5-6 | C6-7
C5-C6 | C6-C7
C5/6 | C6/7
C5/C6 | C4/C5
C5 | C6
C 5 | C 6
C 5 | C6
C-5 | C-6
L5 | 15
L5 | I5
L1 | 11
L4-L5 | L5-S1
S1 | S2
T12 | L1
T1 | T11
T12 | T1
5th cervical vertebra | 6th cervical vertebra
fifth cervical vertebra | sixth cervical vertebra
fifth cervical vertebra | fourth cervical vertebra
fifth cervical vertebra | fifth thoracic vertebra
5th cervical vertebra | fifth thoracic vertebra
5th | fourth
fifth | 4th
third rib | 4th rib
cranial nerve IV | cranial nerve VI
cranial nerve V | cranial nerve VII
CN XI | CN XII
CN IX | CN XI
cranial nerve XI | cranial nerve 10
cranial nerve 11 | cranial nerve X
grade III | grade IV
grade II | grade III
type I | type II
grade 3 | grade 2
grade three | grade four
grade 3 | grade four
abductor pollicis longus | adductor pollicis longus
abductor pollicis | adductor pollicis
abductor pollicis longus | abductor pollicis brevis
adductor longus | adductor brevis
adductor magnus | adductor minimus
abductor hallucis | abductor pollicis
flexor pollicis longus | flexor hallucis longus
flexor digitorum superficialis | flexor digitorum profundus
hypertonic | hypotonic
hypertension | hypotension
hyperextension | hypoextension
hyperesthesia | hypoesthesia
hypermobile | hypomobile
hyperkyphosis | hypokyphosis
hyperlordosis | hypolordosis
supraspinatus | infraspinatus
supraspinatus tendon | infraspinatus tendon
infraspinatus | supraspinatus
suprahyoid | infrahyoid
suprascapular | subscapular
supraclavicular | infraclavicular
subscapularis | supraspinatus
painful | not painful
radiating pain | no radiating pain
weakness | without weakness
tender | non-tender
tender | nontender
tender | non tender
non-tender | tender
does not radiate | does radiate
it doesn't radiate | it does radiate
stable | unstable
contraindicated | indicated
contraindicated | not contraindicated
symptomatic | asymptomatic
symmetrical | asymmetrical
normal | abnormal
typical | atypical
positive | negative
ilium | ileum
iliac | ileac
peroneal nerve | perineal nerve
peroneus | perineum
peroneal artery | perineal artery
afferent | efferent
afferent fibres | efferent fibres
afferents | efferents
dorsiflexion | plantarflexion
dorsiflexion | plantar flexion
dorsi-flexion | plantar-flexion
dorsal flexion | plantar flexion
pronation | supination
pronator | supinator
pronator teres | supinator teres
inversion | eversion
inverted | everted
inverting | everting
biceps brachii | triceps brachii
biceps femoris | biceps brachii
biceps | quadriceps
tibial nerve | fibular nerve
tibia | fibula
tibial collateral ligament | fibular collateral ligament
radial nerve | ulnar nerve
radial deviation | ulnar deviation
radius | ulna
micro trauma | macro trauma
microtrauma | macro trauma
ipsi lateral | contra lateral
dental nerve | mental nerve
varus | valgus
genu varum | genu valgum
lordosis | kyphosis
lordotic | kyphotic
lordosis | scoliosis
protraction | retraction
protracted | retracted
protract | retract
protrusion | retrusion
elevation | depression
elevated | depressed
elevating | depressing
origin | insertion
sensory | motor
sympathetic | parasympathetic
sympathetic | sympathic not
mastoid | masseter
mastoid process | styloid process
mastoid process | coracoid process
coracoid process | coronoid process
anterior | posterior
anteroposterior | posteroanterior
anterolateral | posterolateral
anterolateral | anteromedial
posterior superior iliac spine | anterior superior iliac spine
posterior superior iliac spine | posterior inferior iliac spine
ASIS | PSIS
AIIS | ASIS
ACL | PCL
MCL | LCL
medial epicondyle | lateral epicondyle
medial meniscus | lateral meniscus
superior | inferior
superior oblique | inferior oblique
obliquus capitis superior | obliquus capitis inferior
rectus capitis posterior major | rectus capitis posterior minor
rectus capitis anterior | rectus capitis lateralis
splenius capitis | splenius cervicis
semispinalis capitis | semispinalis cervicis
longus capitis | longus colli
scalenus anterior | scalenus posterior
anterior scalene | middle scalene
pectoralis major | pectoralis minor
teres major | teres minor
gluteus maximus | gluteus medius
gluteus medius | gluteus minimus
vastus medialis | vastus lateralis
vastus medialis | vastus intermedius
internal oblique | external oblique
internal rotation | external rotation
internal rotation | lateral rotation
internally rotated | externally rotated
proximal | distal
superficial | deep
upper trapezius | lower trapezius
upper trapezius | middle trapezius
ipsilateral | contralateral
concentric | eccentric
agonist | antagonist
flexion | extension
flexor carpi radialis | flexor carpi ulnaris
flexor carpi radialis | extensor carpi radialis
extensor carpi radialis longus | extensor carpi radialis brevis
flexes | extends
flexed | extended
abducts | adducts
abduction | adduction
abducted | adducted
ABDuction | ADDuction
horizontal abduction | horizontal adduction
metacarpal | metatarsal
carpal tunnel | tarsal tunnel
humerus | femur
humeral | femoral
brachialis | brachioradialis
trapezius | trapezium
trapezium | trapezoid
ligament | tendon
sprain | strain
artery | vein
axillary artery | axillary vein
cervical | lumbar
cervical | thoracic
dysphagia | dysphasia
vertebral artery | ventral artery
lateral | bilateral
unilateral | bilateral
increased | decreased
increases | decreases
active | passive
acute | chronic
sacrum | coccyx
atlas | axis
ventral | dorsal
palmar | plantar
mobile | immobile
ulnar nerve | median nerve
aerobic | anaerobic
tendinitis | tendinosis
arthritis | arthrosis
spondylolysis | spondylolisthesis
intra-articular | extra-articular
intraarticular | periarticular
intervertebral | intravertebral
intercostal | infracostal
prevertebral | paravertebral
pronated | supinated
raises | lowers
raise | lower
shortened | lengthened
shortening | lengthening
stronger | weaker
strong | weak
tight | loose
before | after
cephalic vein | basilic vein
greater trochanter | lesser trochanter
greater tubercle | lesser tubercle
great saphenous vein | small saphenous vein
hot | cold
slow | fast
rhomboid major | rhomboid minor
clockwise | counterclockwise
clockwise | anticlockwise
inhalation | exhalation
inspiration | expiration
systolic | diastolic
convex | concave
nutation | counternutation
anteversion | retroversion
antetorsion | retrotorsion
anteverted | retroverted
upward rotation | downward rotation
quadratus lumborum | quadratus femoris
semitendinosus | semimembranosus
iliacus | psoas
soleus | splenius
first rib | second rib
1st rib | 2nd rib
first rib | 2nd rib
rib 1 | rib 2
one | two
5 mm | 5 cm
5mm | 5cm
above | below
medial rotation | lateral rotation
hip flexors | hip extensors
adductors | abductors
sternal head | clavicular head
long head | short head
izquierdo | derecho
lado izquierdo | lado derecho
nervio axilar izquierdo | nervio axilar derecho
abducción | aducción
abduccion | aduccion
ABDUCCIÓN | aduccion
flexión | extensión
flexionado | extendido
dorsiflexión | plantarflexión
dorsiflexión | plantiflexión
pronación | supinación
pronador | supinador
inversión | eversión
interno | externo
rotación interna | rotación externa
medial | lateral
hipertónico | hipotónico
hipertensión | hipotensión
supraespinoso | infraespinoso
subescapular | supraescapular
bíceps | tríceps
abductor | aductor
con dolor | sin dolor
duele | no duele
estable | inestable
simétrico | asimétrico
agudo | crónico
profundo | superficial
elevación | descenso
protracción | retracción
peroneo | perineo
tercera costilla | cuarta costilla
quinta vértebra cervical | sexta vértebra cervical
5.ª vértebra | 6.ª vértebra
radio | cúbito
radial | cubital
vena | arteria
aferente | eferente
simpático | parasimpático
mayor | menor
varo | valgo
lordosis | cifosis
origen | inserción
sensitivo | motor
tibia | peroné
activo | pasivo
aumenta | disminuye
5 mg | 5 g
pain with movement | pain without movement
resorption | absorption
catabolism | anabolism
opposition | apposition
larynx | pharynx
neuralgia | neuroglia
subclavian | subclavius
infarction | infection
osteoarthritis | osteoarthrosis
hyperalgesia | hypalgesia
rt | lt
L side | R side
right-sided | left-sided
open chain | closed chain
opening | closing
inhibits | facilitates
excitatory | inhibitory
vasodilator | vasoconstrictor
thenar | hypothenar
push | pull
levator ani | levator scapulae
weight bearing | non weight bearing
carotid artery | parotid artery
"""
"""Pairs that a marking must never confuse."""

SLIPS = """
axillary nerve | axilary nerve
axillary nerve | axillary  nerve
axillary nerve | Axillary Nerve.
axillary nerve | the axillary nerve
axillary nerve | axillarry nerve
axillary nerve | axillary nerves
axillary nerve | axilliary nerve
axillary nerve | axilarry nerve
glenohumeral | gleno humeral
glenohumeral | gleno-humeral
glenohumeral | glenohumaral
glenohumeral joint | glenohumeral joints
sternocleidomastoid | sternocleidomastiod
sternocleidomastoid | sternocleido-mastoid
sternocleidomastoid | sternocleido mastoid
sternocleidomastoid | sterno-cleido-mastoid
sternocleidomastoid | sterno cleido mastoid
sternocleidomastoid | Sternoclydomastoid
sternocleidomastoid | sternocleidomastoide
sternocleidomastoid | sternoclediomastoid
sternocleidomastoid | sternocliedomastoid
sternocleidomastoid | STERNOCLEIDOMASTOID
sternocleidomastoid muscle | sternocleidomastoid muscles
trapezius | trapezuis
trapezius | trapesius
trapezius | trapezious
levator scapulae | levator scapula
levator scapulae | levater scapulae
levator scapulae | levator scapulea
splenius capitis | splenious capitis
scalene | scalenes
scalenes | scaleen
suboccipital | sub-occipital
suboccipital | sub occipital
suboccipital | suboccipitals
suboccipital | subocipital
suboccipital | suboccipetal
rhomboid | rhomboids
rhomboid | romboid
deltoid | deltiod
latissimus dorsi | latisimus dorsi
latissimus dorsi | lattisimus dorsi
supraspinatus | supraspinatous
supraspinatus | suprasinatus
supraspinatus | supra-spinatus
supraspinatus | supra spinatus
infraspinatus | infraspinatis
infraspinatus | infra spinatus
subscapularis | subscapularus
subscapularis | subscapuleris
piriformis | pyriformis
piriformis | piriformus
gastrocnemius | gastrocnemious
gastrocnemius | gastrocnemus
gastrocnemius | gastrocnimius
sacroiliac | sacro-iliac
sacroiliac | sacro iliac
sacroiliac joint | sacroilliac joint
iliotibial band | ilio-tibial band
iliotibial band | iliotibal band
temporomandibular | temporo-mandibular
temporomandibular | temporomandibuler
temporomandibular joint | tempromandibular joint
haemorrhage | hemorrhage
hemorrhage | haemorrhage
hemorrhage | hemorrage
oedema | edema
edema | oedema
anaesthesia | anesthesia
anesthesia | anaesthesia
ischaemia | ischemia
ischemia | ischaemia
haematoma | hematoma
paraesthesia | paresthesia
paresthesia | paraesthesia
paresthesia | parasthesia
oesophagus | esophagus
esophagus | oesophagus
orthopaedic | orthopedic
mobilisation | mobilization
mobilization | mobilisation
stabilise | stabilize
stabilizes | stabilises
centre of gravity | center of gravity
fibre | fiber
fibres | fibers
muscle fibres | muscle fiber
tumour | tumor
tendonitis | tendinitis
tendinitis | tendonitis
brachial plexus | brachial plexis
brachial plexus | brachiel plexus
thoracic outlet syndrome | thorasic outlet syndrome
thoracic outlet syndrome | thoracic outlet syndrom
trigger point | triger point
trigger point | trigger points
trigger points | trigger-point
adhesive capsulitis | adhesive capsulitus
plantar fasciitis | plantar fascitis
plantar fasciitis | plantar fasciatis
carpal tunnel syndrome | carpel tunnel syndrome
spinous process | spinus process
spinous process | spinous proccess
coracoid process | coracoid processes
sternoclavicular joint | sterno-clavicular joint
acromioclavicular | acromio-clavicular
acromioclavicular | acromioclaviculer
intervertebral disc | intervertebral disk
intervertebral disk | inter-vertebral disc
flexor digitorum profundus | flexor digitorem profundus
external rotation | external roatation
external rotation | externel rotation
extension | extention
extensor digitorum | extendor digitorum
hypotonic | hyptonic
plantarflexion | plantiflexion
abduction | abducton
abduction | abductions
adduction | adducton
hypertonic | hypertonnic
posterior | posteriour
posterior | posterier
anterior | anteriar
anterior | anteriour
medial | mediel
lateral | laterel
lateral | laterral
proximal | proximel
greater trochanter | greater trocanter
occiput | occipit
vertebra | vertabra
vertebrae | vertebra
vertebra | vertebrae
vertebrae | vertabrae
cervical vertebra | cervicle vertebra
quadratus lumborum | quadratus lumboram
erector spinae | errector spinae
erector spinae | erector spinea
ligamentum nuchae | ligamentum nuche
musculocutaneous nerve | musculocutanious nerve
musculocutaneous nerve | musculo-cutaneous nerve
phrenic nerve | phrenic nerv
accessory nerve | acessory nerve
accessory nerve | accesory nerve
spinal accessory nerve | spinal accessery nerve
sciatica | siatica
sciatic nerve | sciatic nevre
Tinel's sign | tinel sign
Spurling's test | Spurlings test
contract-relax | contract relax
non-tender | nontender
x-ray | xray
x-ray | x ray
C5 | c5
C5 | C 5
C5 | C-5
C5-C6 | C5 - C6
C5-6 | C5/6
C5/6 | C5-6
C5-C6 | C5/C6
esternocleidomastoideo | externocleidomastoideo
esternocleidomastoideo | esternocleidomastoidio
trapecio | trapesio
bíceps braquial | biceps braquial
húmero | humero
escápula | escapula
clavícula | clavicula
músculo elevador de la escápula | musculo elevador de la escapula
nervio axilar | nervio axilár
abducción | abduccion
abducción | abduccíon
aducción | aduccion
flexión | flexion
extensión | extension
rotación externa | rotacion externa
pronación | pronacion
vértebra cervical | vertebra cervical
tórax | torax
columna torácica | columna toracica
cráneo | craneo
línea nucal | linea nucal
nervio ciático | nervio ciatico
isquiotibiales | isquio-tibiales
piriforme | piriformes
músculos | musculos
músculos suboccipitales | musculos subocipitales
grade III | grade 3
5th rib | fifth rib
cranial nerve V | cranial nerve 5
quinta costilla | 5th costilla
"""
"""Accepted answers, each with a slip or another spelling that is forgiven."""

ENOUGH = {"APART": 300, "SLIPS": 170}
"""So many pairs are promised; nobody takes some away unseen."""


def two(table: str) -> list[tuple[str, str]]:
    """Return the pairs of a table."""
    return [(one, other) for line in table.strip().splitlines() for one, other in [line.split(" | ")]]


@cache
def lexicon() -> Lexicon:
    """Return the lexicon that cequiz ships."""
    return bundled_lexicon()


def judged(accepted: str, typed: str) -> Verdict:
    """Judge a typed text against one accepted answer."""
    answer = TypedAnswer.model_validate({"accept": [{"text": accepted}], "spelling": "tolerant"})
    return answer.judge(typed, lexicon())


@pytest.mark.parametrize(("one", "other"), two(APART))
def test_an_opposite_or_a_neighbour_never_earns_a_point_and_is_reported(one: str, other: str) -> None:
    for accepted, typed in ((one, other), (other, one), (one.upper(), other), (other, f"  {one}. ")):
        verdict = judged(accepted, typed)
        assert verdict.share == 0, f"{typed} was taken for {accepted}"
        assert verdict.miss is not None, f"nobody hears that {typed} was typed for {accepted}"
        assert verdict.miss.rule in {"family", "prefix", "level", "negation"}


@pytest.mark.parametrize(("accepted", "typed"), two(SLIPS))
def test_an_honest_slip_costs_no_point(accepted: str, typed: str) -> None:
    verdict = judged(accepted, typed)
    assert verdict.share == 1, verdict.miss


def beginnings() -> list[tuple[str, str]]:
    """Return every two beginnings that the shipped lexicon keeps apart."""
    return [pair for terms in lexicon().prefixes for pair in permutations(filter(None, terms), 2)]


@pytest.mark.parametrize(("one", "other"), beginnings())
def test_a_beginning_written_as_a_word_of_its_own_is_kept_apart(one: str, other: str) -> None:
    verdict = judged(f"{one} trauma", f"{other} trauma")
    assert verdict.share == 0, f"{other} was taken for {one}"
    assert verdict.miss is not None, f"nobody hears that {other} was typed for {one}"


def test_no_two_stems_of_one_set_are_stems_of_one_word() -> None:
    # Opposites differ at their beginning; what differs only at its end is one word, whose endings students mix up.
    for stems in lexicon().stems:
        for one, other in permutations(stems, 2):
            assert not one.startswith(other[:-1]), (one, other)


def test_no_two_beginnings_of_one_set_mean_the_same() -> None:
    # Else slips are taken for rivals: of hyp and hypo, hypotonic would be kept from hyptonic.
    for one, other in beginnings():
        assert one[:-1] != other, (one, other)


def test_the_lists_are_as_long_as_they_should_be() -> None:
    assert len(two(APART)) >= ENOUGH["APART"]
    assert len(two(SLIPS)) >= ENOUGH["SLIPS"]


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("dilation", "ablation"),
        ("iliac crest", "iliac crust of bread"),
        ("dorsiflexi\N{LATIN SMALL LETTER O WITH ACUTE}n", "flexi\N{LATIN SMALL LETTER O WITH ACUTE}n plantar"),
        ("a\N{LATIN SMALL LETTER N WITH TILDE}os", "anos"),
        ("left axillary nerve", "axillary nerve left"),
        ("once a week", "11 a week"),
        ("one third", "one three"),
        ("pain without movement", "movement without pain"),
    ],
)
def test_what_only_looks_alike_earns_nothing(accepted: str, typed: str) -> None:
    assert judged(accepted, typed).share == 0

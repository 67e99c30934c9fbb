/**
 * Everything the page says, in its languages. Text of certificates is never translated.
 */

/** @typedef {"en" | "es"} Language */

/** @type {Record<Language, Record<string, string>>} */
export const WORDS = {
  en: {
    title: "Check a certificate",
    language: "Language",
    intro:
      "Check a certificate of {provider}: open the code printed on it with the camera of a phone, or give it to this page.",
    private: "Everything is checked inside this browser. Nothing that you give to this page leaves your device.",
    choose: "Choose a file",
    choose_help: "The PDF of a certificate, its credential (JSON) or a photograph of its code. You can also drop the file here.",
    choose_help_no_picture:
      "The PDF of a certificate or its credential (JSON). You can also drop the file here. This browser cannot read codes in pictures: use the camera app of a phone.",
    paste: "Or paste a code, its whole address, or a credential",
    check: "Check",
    clear: "Clear",
    print: "Print this result",
    busy: "Checking …",
    signed_lines: "What was signed",
    unproven_lines: "What it says: not proven",
    compare:
      "Compare every line with the paper or the file in front of you. Only what stands here is signed; a line that differs, or is missing here, is not.",
    compare_pdf:
      "The signed record inside the file was checked, not the drawing of its page. Compare every line with the page: only what stands here is signed.",
    do_not_trust: "These lines are shown so that you can tell what you were given. Do not rely on them.",
    signer: "Who signed, and what is known since",
    signed_by: "Signed by",
    signed_by_value: "{provider}, by a key that this page holds",
    key: "Key",
    key_unknown: "{key}, not a key of {provider}",
    key_retired: "{key}, in use until {date}",
    place: "Place in the status lists",
    lists: "Status lists",
    lists_value: "made on {date}, good until {until}",
    checked_at: "Checked on",
    about: "About this page",
    about_site:
      "A forged certificate can lead to a forged page. Make sure that the address of this page is one that you know as the provider's.",
    about_address: "The provider names this address for it: {address}",
    about_keys: "Keys of the provider",
    about_key: "{key}, since {date}",
    about_key_retired: "{key}, from {date} to {retired}",
    about_lists: "Status lists of {date}, good until {until}",
    about_lists_stale: "Status lists of {date}: too old since {until}. Ask the provider to renew this page.",
    about_lists_missing: "There are no status lists in this page.",
    about_log: "Certificates in the provider's log on {date}: {size}",

    in_force: "Genuine and in force",
    in_force_says: "{provider} signed the lines below, and has neither revoked, suspended nor replaced the certificate.",
    not_checked: "Valid when issued; revocation not checked",
    not_checked_says: "{provider} signed the lines below. Whether the certificate is still in force could not be checked.",
    suspended: "Suspended",
    suspended_says: "{provider} signed this certificate and has suspended it. It is not in force for now.",
    superseded: "Replaced by a correction",
    superseded_says: "{provider} signed this certificate and has issued a corrected one in its place. Ask for the newer one.",
    revoked: "Revoked",
    revoked_says: "{provider} signed this certificate and has revoked it. It is not valid.",
    expired: "Expired",
    expired_says: "{provider} signed this certificate, and its time has run out.",
    unknown_key: "Unknown key: not proven",
    unknown_key_says: "It was not signed with a key of {provider} that this page holds. Anyone could have made it.",
    altered: "Altered",
    altered_says: "The signature does not fit: something was changed, or {provider} never signed it.",
    unreadable: "No certificate found",
    incapable: "Not checked",

    stale: "The status lists in this page were good until {until}. Ask the provider to renew it.",
    was_suspended:
      "The status lists in this page were good until {until}, and named it as suspended. Ask the provider whether it still is.",
    missing: "This page holds no status list that knows this certificate.",
    unsigned: "A status list in this page is not signed by {provider}.",
    early: "The status lists come from the future: the clock of this device may be wrong.",

    too_old: "This browser cannot check Ed25519 signatures. Nothing was checked: use a newer browser.",
    insecure:
      "The page came over a connection without protection, and browsers refuse to check signatures there. Nothing was checked: open it by https.",
    not_a_code: "This is not a code of a certificate, or a part of it is missing.",
    not_a_certificate: "This does not hold a certificate of cequiz.",
    too_large: "This is too large to be a certificate.",
    pdf_unreadable: "This page cannot read the PDF. Use the code printed on the certificate, or ask for the original file.",
    pdf_locked: "The PDF is locked with a password.",
    pdf_none:
      "There is no signed record in the PDF. Copies that were printed or scanned lose it: use the code printed on the certificate.",
    pdf_several: "There are several signed records in the PDF, so it is not clear which one its page shows.",
    picture_none: "No code was found in the picture. Take it straight from above, so that the code fills most of it.",
    picture_unsupported: "This browser cannot read codes in pictures. Open the code with the camera app of a phone.",
    picture_several: "There are several codes in the picture. Show one certificate alone.",
    file_unreadable: "The file could not be read.",
    several_files: "Several files were given. Give one alone.",
    empty: "Paste a code first, or choose a file.",
    mishap: "Something went wrong in this page. Nothing was checked.",

    "field.number": "Certificate number",
    "field.name": "Name",
    "field.licences": "Licenses",
    "field.course": "Course",
    "field.hours": "Hours",
    "field.completed": "Completed",
    "field.issued": "Issued",
    "field.examination": "Examination",
    "field.format": "Format",
    "field.title": "Document",
    "field.provider": "Provider",
    "field.contact": "Provider's contact",
    "field.place": "Place",
    "field.approvals": "Approvals",
    "field.instructor": "Instructor",
    "field.administrator": "Administrator",
    "field.subjects": "Subjects",
    "field.revision": "Revision",
    "field.footer": "Note",
  },
  es: {
    title: "Comprobar un certificado",
    language: "Idioma",
    intro:
      "Compruebe un certificado de {provider}: abra con la cámara de un teléfono el código impreso en él, o entréguelo a esta página.",
    private: "Todo se comprueba dentro de este navegador. Nada de lo que entregue a esta página sale de su dispositivo.",
    choose: "Elegir un archivo",
    choose_help:
      "El PDF de un certificado, su credencial (JSON) o una fotografía de su código. También puede soltar el archivo aquí.",
    choose_help_no_picture:
      "El PDF de un certificado o su credencial (JSON). También puede soltar el archivo aquí. Este navegador no lee códigos en imágenes: use la cámara de un teléfono.",
    paste: "O pegue un código, su dirección completa o una credencial",
    check: "Comprobar",
    clear: "Borrar",
    print: "Imprimir este resultado",
    busy: "Comprobando …",
    signed_lines: "Lo que fue firmado",
    unproven_lines: "Lo que dice: sin prueba",
    compare:
      "Compare cada línea con el papel o el archivo que tiene delante. Solo lo que está aquí está firmado; una línea distinta, o que falta aquí, no lo está.",
    compare_pdf:
      "Se comprobó el registro firmado dentro del archivo, no el dibujo de su página. Compare cada línea con la página: solo lo que está aquí está firmado.",
    do_not_trust: "Estas líneas se muestran para que vea lo que le entregaron. No confíe en ellas.",
    signer: "Quién firmó y qué se sabe desde entonces",
    signed_by: "Firmado por",
    signed_by_value: "{provider}, con una clave que esta página conoce",
    key: "Clave",
    key_unknown: "{key}, que no es una clave de {provider}",
    key_retired: "{key}, en uso hasta el {date}",
    place: "Lugar en las listas de estado",
    lists: "Listas de estado",
    lists_value: "hechas el {date}, válidas hasta el {until}",
    checked_at: "Comprobado el",
    about: "Acerca de esta página",
    about_site:
      "Un certificado falso puede llevar a una página falsa. Asegúrese de que la dirección de esta página es una que usted conoce como la del proveedor.",
    about_address: "El proveedor indica esta dirección para ella: {address}",
    about_keys: "Claves del proveedor",
    about_key: "{key}, desde el {date}",
    about_key_retired: "{key}, del {date} al {retired}",
    about_lists: "Listas de estado del {date}, válidas hasta el {until}",
    about_lists_stale:
      "Listas de estado del {date}: caducadas desde el {until}. Pida al proveedor que renueve esta página.",
    about_lists_missing: "No hay listas de estado en esta página.",
    about_log: "Certificados en el registro del proveedor el {date}: {size}",

    in_force: "Auténtico y vigente",
    in_force_says: "{provider} firmó las líneas siguientes y no ha revocado, suspendido ni reemplazado el certificado.",
    not_checked: "Válido al emitirse; revocación no comprobada",
    not_checked_says: "{provider} firmó las líneas siguientes. No se pudo comprobar si el certificado sigue vigente.",
    suspended: "Suspendido",
    suspended_says: "{provider} firmó este certificado y lo ha suspendido. Por ahora no está vigente.",
    superseded: "Reemplazado por una corrección",
    superseded_says: "{provider} firmó este certificado y ha emitido otro corregido en su lugar. Pida el más reciente.",
    revoked: "Revocado",
    revoked_says: "{provider} firmó este certificado y lo ha revocado. No es válido.",
    expired: "Vencido",
    expired_says: "{provider} firmó este certificado, y su plazo ha vencido.",
    unknown_key: "Clave desconocida: sin prueba",
    unknown_key_says: "No fue firmado con una clave de {provider} que esta página conozca. Cualquiera pudo haberlo hecho.",
    altered: "Alterado",
    altered_says: "La firma no corresponde: algo fue cambiado, o {provider} nunca lo firmó.",
    unreadable: "No se encontró ningún certificado",
    incapable: "No comprobado",

    stale: "Las listas de estado de esta página valían hasta el {until}. Pida al proveedor que la renueve.",
    was_suspended:
      "Las listas de estado de esta página valían hasta el {until} y lo daban por suspendido. Pregunte al proveedor si lo sigue estando.",
    missing: "Esta página no tiene una lista de estado que conozca este certificado.",
    unsigned: "Una lista de estado de esta página no está firmada por {provider}.",
    early: "Las listas de estado vienen del futuro: puede que el reloj de este dispositivo esté mal.",

    too_old: "Este navegador no puede comprobar firmas Ed25519. No se comprobó nada: use un navegador más nuevo.",
    insecure:
      "La página llegó por una conexión sin protección, y ahí los navegadores no comprueban firmas. No se comprobó nada: ábrala por https.",
    not_a_code: "Esto no es el código de un certificado, o le falta una parte.",
    not_a_certificate: "Esto no contiene un certificado de cequiz.",
    too_large: "Esto es demasiado grande para ser un certificado.",
    pdf_unreadable: "Esta página no puede leer el PDF. Use el código impreso en el certificado o pida el archivo original.",
    pdf_locked: "El PDF está protegido con una contraseña.",
    pdf_none:
      "No hay un registro firmado en el PDF. Las copias impresas o escaneadas lo pierden: use el código impreso en el certificado.",
    pdf_several: "Hay varios registros firmados en el PDF, así que no está claro cuál muestra su página.",
    picture_none: "No se encontró ningún código en la imagen. Tómela desde arriba, de modo que el código la llene casi toda.",
    picture_unsupported: "Este navegador no lee códigos en imágenes. Abra el código con la cámara de un teléfono.",
    picture_several: "Hay varios códigos en la imagen. Muestre un solo certificado.",
    file_unreadable: "No se pudo leer el archivo.",
    several_files: "Se dieron varios archivos. Dé uno solo.",
    empty: "Primero pegue un código o elija un archivo.",
    mishap: "Algo falló en esta página. No se comprobó nada.",

    "field.number": "Número de certificado",
    "field.name": "Nombre",
    "field.licences": "Licencias",
    "field.course": "Curso",
    "field.hours": "Horas",
    "field.completed": "Completado",
    "field.issued": "Emitido",
    "field.examination": "Examen",
    "field.format": "Modalidad",
    "field.title": "Documento",
    "field.provider": "Proveedor",
    "field.contact": "Contacto del proveedor",
    "field.place": "Lugar",
    "field.approvals": "Aprobaciones",
    "field.instructor": "Instructor",
    "field.administrator": "Administrador",
    "field.subjects": "Materias",
    "field.revision": "Revisión",
    "field.footer": "Nota",
  },
};

/**
 * Returns the first language of the reader that the page knows; English else.
 * @param {readonly string[]} wanted
 * @returns {Language}
 */
export function languageFor(wanted) {
  const known = wanted.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => Object.hasOwn(WORDS, tag));
  return /** @type {Language} */ (known ?? "en");
}

/**
 * Returns a sentence with its places filled in.
 * @param {Language} language
 * @param {string} key
 * @param {Record<string, string>} [places]
 */
export function say(language, key, places = {}) {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (whole, place) => places[place] ?? whole);
}

/**
 * Returns an instant as readers of a language write it.
 * @param {Language} language
 * @param {string | Date} instant
 * @param {boolean} [withTime]
 */
export function dateIn(language, instant, withTime = false) {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return "?";
  const style = withTime ? { dateStyle: "long", timeStyle: "short" } : { dateStyle: "long" };
  return new Intl.DateTimeFormat(language, /** @type {Intl.DateTimeFormatOptions} */ (style)).format(date);
}

/**
 * Returns text in which characters that move or hide others stand as their code points.
 * @param {string} text
 */
export function visible(text) {
  const unsafe =
    /[\0-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/gu;
  return text.replace(unsafe, (one) => `[U+${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`);
}

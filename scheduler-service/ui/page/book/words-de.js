/** @type {typeof import('./words-en.js').en} */
export const de = {
  title: 'Termin buchen', step_what: 'Worum geht es?', step_when: 'Wann passt es Ihnen?', step_confirm: 'Stimmt das so?',
  step_done: 'Ihr Termin', service: 'Anliegen', persons: 'Personen', another: 'Noch ein Anliegen beim selben Besuch', remove: 'Entfernen',
  choose_service: 'Bitte wählen', where: 'Wo', anywhere: 'Überall', find: 'Zeiten zeigen', searching: 'Zeiten werden gesucht …', back: 'Zurück',
  minutes: 'etwa {n} Minuten', week: '{from} bis {until}', week_before: 'Früher', week_after: 'Später', times: '{n} Zeiten', times_one: '1 Zeit', no_times: 'keine Zeit',
  none: 'In diesen Tagen gibt es keine Zeit.', none_anywhere: 'Dafür gibt es zurzeit nichts. Sehen Sie morgen wieder nach, oder wählen Sie einen anderen Ort.',
  next: 'Die nächste: {when}', gone: 'Jemand war schneller: Diese Zeit ist vergeben. Die nächsten sind:', gone_none: 'Jemand war schneller: Diese Zeit ist vergeben. Bitte wählen Sie eine andere.',
  reserved: 'Wir halten diese Zeit noch {left} für Sie frei.', reserved_hint: 'Noch ist nichts gebucht.', confirm: 'Buchen', give_back: 'Andere Zeit wählen',
  expired: 'Die Zeit war zu lange für Sie vorgemerkt und ist wieder frei. Bitte wählen Sie noch einmal.', done: 'Der Termin ist gebucht.', moved: 'Der Termin ist verschoben.',
  number: 'Ihre Nummer', number_hint: 'Bitte heben Sie sie auf: Ihr Name wird nicht gespeichert.', ics: 'In meinen Kalender', link_hint: 'Mit dieser Adresse können Sie ihn ändern oder absagen. Speichern Sie sie, und geben Sie sie nicht weiter:',
  manage: 'Ändern oder absagen', other_time: 'Andere Zeit wählen', cancel: 'Termin absagen', cancel_sure: 'Ja, absagen', cancel_not: 'Nein, behalten', cancelled: 'Der Termin ist abgesagt.',
  keeps: 'Ihr Termin bleibt, wie er ist, bis Sie eine andere Zeit wählen.', new_one: 'Weiteren Termin buchen', past: 'Dieser Termin ist vorbei.', print: 'Drucken',
  status_booked: 'gebucht', status_arrived: 'Sie sind da', status_fulfilled: 'vorbei', status_stranded: 'kann zu dieser Zeit nicht stattfinden', status_no_show: 'versäumt', status_cancelled: 'abgesagt', status_held: 'vorgemerkt', status_released: 'zurückgegeben',
  no_key: 'Diese Seite wurde ohne den Schlüssel des Amtes geöffnet. Bitte nehmen Sie den Link auf der Seite des Amtes.',
  offline: 'Es besteht keine Verbindung. Bitte prüfen Sie sie und versuchen Sie es noch einmal.', busy: 'Gerade buchen viele. Bitte versuchen Sie es gleich noch einmal.',
  unknown: 'Wir finden diesen Termin nicht. Bitte prüfen Sie, ob die Adresse ganz ist.', failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.', again: 'Noch einmal',
  zone: 'Zeiten von {zone}', language: 'Sprache', persons_short: '{n} Personen', persons_short_one: '1 Person', loading: 'Wird geladen …', accessibility: 'Barrierefreiheit',
};

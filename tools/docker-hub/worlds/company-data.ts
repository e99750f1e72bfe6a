// The people, teams and repositories of the sample company: Harborline, which moves containers and ships software in them.

export interface Person {
  username: string;
  fullName: string;
  /** Before the @ of the company's own domain, or a whole address. */
  email: string;
  teams: string[];
  role?: string;
  /** Days since they were last seen; null: never. */
  seenDaysAgo: number | null;
  labs?: { role?: string; teams: string[] };
}

export const PEOPLE: readonly Person[] = [
  {
    username: 'marenholt',
    fullName: 'Maren Holt',
    email: 'maren.holt',
    role: 'owner',
    teams: ['platform'],
    seenDaysAgo: 0,
    labs: { role: 'owner', teams: [] },
  },
  // An owner in no team but `owners`.
  { username: 'tobiaslind', fullName: 'Tobias Lind', email: 'tobias.lind', role: 'owner', teams: [], seenDaysAgo: 41 },
  { username: 'priyaraman', fullName: 'Priya Raman', email: 'priya.raman', role: 'owner', teams: ['security'], seenDaysAgo: 2 },
  {
    username: 'oskarnyberg',
    fullName: 'Oskar Nyberg',
    email: 'oskar.nyberg',
    role: 'editor',
    teams: ['platform', 'release-managers'],
    seenDaysAgo: 1,
  },
  {
    username: 'lucasferreira',
    fullName: 'Lucas Ferreira',
    email: 'lucas.ferreira',
    role: 'editor',
    teams: ['backend'],
    seenDaysAgo: 0,
    labs: { teams: ['research'] },
  },
  {
    username: 'adaeze',
    fullName: 'Adaeze Okonkwo',
    email: 'adaeze.okonkwo',
    role: 'security-auditor',
    teams: ['security'],
    seenDaysAgo: 5,
  },
  { username: 'emilyzhao', fullName: 'Emily Zhao', email: 'emily.zhao', teams: ['backend', 'oncall'], seenDaysAgo: 0 },
  { username: 'jonaskeller', fullName: 'Jonas Keller', email: 'jonas.keller', teams: ['backend', 'oncall'], seenDaysAgo: 0 },
  { username: 'hanatakeda', fullName: 'Hana Takeda', email: 'hana.takeda', teams: ['backend'], seenDaysAgo: 3 },
  { username: 'ravimenon', fullName: 'Ravi Menon', email: 'ravi.menon', teams: ['backend', 'data'], seenDaysAgo: 1 },
  { username: 'claradubois', fullName: 'Clara Dubois', email: 'clara.dubois', teams: ['backend'], seenDaysAgo: 12 },
  { username: 'samuelosei', fullName: 'Samuel Osei', email: 'samuel.osei', teams: ['backend', 'platform'], seenDaysAgo: 0 },
  { username: 'ninapetrova', fullName: 'Nina Petrova', email: 'nina.petrova', teams: ['frontend'], seenDaysAgo: 0 },
  { username: 'diegoalvarez', fullName: 'Diego Álvarez', email: 'diego.alvarez', teams: ['frontend'], seenDaysAgo: 1 },
  { username: 'lindabraun', fullName: 'Linda Braun', email: 'linda.braun', teams: ['frontend', 'oncall'], seenDaysAgo: 2 },
  { username: 'kwamebaffour', fullName: 'Kwame Baffour', email: 'kwame.baffour', teams: ['frontend'], seenDaysAgo: 6 },
  { username: 'zofiawrona', fullName: 'Zofia Wrona', email: 'zofia.wrona', teams: ['frontend'], seenDaysAgo: 0 },
  { username: 'anabelensoto', fullName: 'Ana Belén Soto', email: 'ana.soto', teams: ['mobile'], seenDaysAgo: 0 },
  { username: 'petervanrijn', fullName: 'Peter van Rijn', email: 'peter.vanrijn', teams: ['mobile'], seenDaysAgo: 4 },
  { username: 'meilinwu', fullName: 'Meilin Wu', email: 'meilin.wu', teams: ['mobile'], seenDaysAgo: 1 },
  { username: 'yusufdemir', fullName: 'Yusuf Demir', email: 'yusuf.demir', teams: ['mobile'], seenDaysAgo: 19 },
  {
    username: 'gracekimani',
    fullName: 'Grace Kimani',
    email: 'grace.kimani',
    teams: ['data'],
    seenDaysAgo: 0,
    labs: { teams: ['research'] },
  },
  {
    username: 'henrikaas',
    fullName: 'Henrik Aas',
    email: 'henrik.aas',
    teams: ['data'],
    seenDaysAgo: 0,
    labs: { teams: ['research', 'models'] },
  },
  {
    username: 'ishaanverma',
    fullName: 'Ishaan Verma',
    email: 'ishaan.verma',
    teams: ['data'],
    seenDaysAgo: 2,
    labs: { teams: ['models'] },
  },
  { username: 'carmenrojas', fullName: 'Carmen Rojas', email: 'carmen.rojas', teams: ['data'], seenDaysAgo: 0 },
  { username: 'mateusz', fullName: '', email: 'mateusz.krol', teams: ['platform', 'oncall'], seenDaysAgo: 0 },
  {
    username: 'ingridsolberg',
    fullName: 'Ingrid Solberg',
    email: 'ingrid.solberg',
    teams: ['platform', 'oncall'],
    seenDaysAgo: 0,
  },
  { username: 'fatimazahra', fullName: 'Fatima Zahra', email: 'fatima.zahra', teams: ['platform'], seenDaysAgo: 1 },
  {
    username: 'davidmoss',
    fullName: 'David Moss',
    email: 'david.moss',
    teams: ['platform', 'release-managers'],
    seenDaysAgo: 0,
  },
  { username: 'leonieartz', fullName: 'Leonie Artz', email: 'leonie.artz', teams: ['quality'], seenDaysAgo: 0 },
  { username: 'kenjimori', fullName: 'Kenji Mori', email: 'kenji.mori', teams: ['quality'], seenDaysAgo: 8 },
  { username: 'amiralavi', fullName: 'Amir Alavi', email: 'amir.alavi', teams: ['quality'], seenDaysAgo: 0 },
  {
    username: 'rosamendez',
    fullName: 'Rosa Méndez',
    email: 'rosa.mendez',
    teams: ['quality', 'release-managers'],
    seenDaysAgo: 0,
  },
  { username: 'elifaydin', fullName: 'Elif Aydın', email: 'elif.aydin', teams: ['security', 'oncall'], seenDaysAgo: 0 },
  { username: 'bennosteiner', fullName: 'Benno Steiner', email: 'benno.steiner', teams: ['support'], seenDaysAgo: 1 },
  { username: 'chiaraconti', fullName: 'Chiara Conti', email: 'chiara.conti', teams: ['support'], seenDaysAgo: 3 },
  { username: 'wanjikunjeri', fullName: 'Wanjiku Njeri', email: 'wanjiku.njeri', teams: ['support'], seenDaysAgo: 2 },
  { username: 'owenhughes', fullName: 'Owen Hughes', email: 'owen.hughes', teams: ['support', 'frontend'], seenDaysAgo: 97 },
  // In no team at all.
  { username: 'silviarusso', fullName: 'Silvia Russo', email: 'silvia.russo', teams: [], seenDaysAgo: 210 },
  { username: 'annikaberg', fullName: 'Annika Berg', email: 'annika.berg', teams: [], seenDaysAgo: null },
  // Guests: e-mail outside the verified domains.
  {
    username: 'tomcontract',
    fullName: 'Tom Vermeer',
    email: 'tom@vermeer-consulting.example',
    teams: ['mobile'],
    seenDaysAgo: 1,
  },
  {
    username: 'auditornl',
    fullName: 'Jet de Boer',
    email: 'j.deboer@trustcheck.example',
    teams: ['security'],
    seenDaysAgo: 63,
  },
  { username: 'yaelbenami', fullName: 'יעל בן־עמי', email: 'yael@pixelforge.example', teams: ['frontend'], seenDaysAgo: 0 },
  // Machines with a seat.
  { username: 'harborlineci', fullName: 'Harborline CI', email: 'ci', teams: ['ci-push'], seenDaysAgo: 0 },
  { username: 'harborlinedeploy', fullName: 'Harborline Deploy', email: 'deploy', teams: ['ci-push'], seenDaysAgo: 480 },
];

export interface TeamPlan {
  name: string;
  description: string;
  role?: string;
  /** Repository names, or patterns with one `*` at the end. */
  read?: string[];
  write?: string[];
  admin?: string[];
}

export const TEAMS: readonly TeamPlan[] = [
  { name: 'owners', description: '' },
  {
    name: 'backend',
    description: 'Services and APIs',
    read: ['base-*', 'web-*', 'docs-site'],
    write: ['api-*', 'worker-*', 'booking-*', 'status-page'],
  },
  {
    name: 'frontend',
    description: 'Web applications',
    read: ['api-*', 'base-node'],
    write: ['web-*', 'docs-site', 'status-page'],
  },
  { name: 'mobile', description: 'Apps for drivers and docks', read: ['api-gateway', 'api-tracking'], write: ['mobile-*'] },
  {
    name: 'data',
    description: 'Pipelines and reports',
    read: ['api-*'],
    write: ['etl-*', 'booking-forecast'],
    admin: ['warehouse-*'],
  },
  {
    name: 'platform',
    description: 'What everything runs on',
    read: ['api-*', 'web-*'],
    write: ['worker-*'],
    admin: ['base-*', 'infra-*', 'ci-*'],
  },
  {
    name: 'security',
    description: 'Scans everything, changes little',
    read: ['api-*', 'web-*', 'worker-*', 'mobile-*', 'etl-*', 'infra-*'],
    admin: ['scanner-*'],
  },
  { name: 'quality', description: 'Tests', read: ['api-*', 'web-*', 'mobile-*', 'booking-*'], write: ['test-*'] },
  {
    name: 'oncall',
    description: 'Whoever carries the phone',
    read: ['infra-*'],
    write: ['api-gateway', 'api-booking', 'worker-dispatch'],
  },
  { name: 'support', description: 'Help desk', read: ['docs-site', 'status-page'] },
  // A role on the team itself: its members act as editors.
  { name: 'release-managers', description: 'Cut releases', role: 'editor', write: ['web-shell', 'api-gateway'] },
  { name: 'ci-push', description: 'Machines', write: ['api-*', 'web-*', 'worker-*', 'mobile-*', 'base-*'] },
  // Neither members nor permissions.
  { name: 'sunset-2023', description: 'Left over from the data centre move' },
];

export interface RepositoryPlan {
  name: string;
  description: string;
  isPublic?: boolean;
  isArchived?: boolean;
}

const plain = (name: string, description: string): RepositoryPlan => ({ name, description });

export const REPOSITORIES: readonly RepositoryPlan[] = [
  plain('api-gateway', 'Front door of all services'),
  plain('api-booking', 'Booking of slots and containers'),
  plain('api-tracking', 'Where is my container'),
  plain('api-billing', 'Invoices and payments'),
  plain('api-customs', 'Customs declarations'),
  plain('api-identity', 'Accounts and sign-in'),
  plain('api-notify', 'E-mail, SMS, push'),
  plain('worker-dispatch', 'Assigns trucks'),
  plain('worker-invoices', 'Writes invoices at night'),
  plain('worker-geofence', 'Positions to events'),
  plain('worker-mail', ''),
  plain('booking-rules', 'Rule engine'),
  plain('booking-forecast', 'Demand forecast'),
  plain('web-shell', 'Frame of the web app'),
  plain('web-booking', 'Booking pages'),
  plain('web-tracking', 'Tracking pages'),
  plain('web-admin', 'Back office'),
  plain('mobile-driver', 'Driver app backend for frontend'),
  plain('mobile-dock', 'Dock app backend for frontend'),
  plain('mobile-push', 'Push relay'),
  plain('etl-positions', 'Positions into the warehouse'),
  plain('etl-finance', 'Ledger into the warehouse'),
  plain('etl-weather', 'Weather feeds'),
  plain('warehouse-dbt', 'Models'),
  plain('warehouse-loader', 'Bulk loads'),
  plain('base-node', 'Node base image'),
  plain('base-jvm', 'JVM base image'),
  plain('base-python', 'Python base image'),
  plain('infra-terraform', 'Terraform runner'),
  plain('infra-vault', 'Secrets sidecar'),
  plain('infra-prometheus', 'Metrics'),
  plain('infra-backup', 'Backups'),
  plain('ci-runner', 'Build machines'),
  plain('ci-cache', 'Build cache'),
  plain('scanner-images', 'Image scanner'),
  plain('scanner-secrets', 'Secret scanner'),
  plain('test-e2e', 'End-to-end tests'),
  plain('test-load', 'Load tests'),
  { name: 'docs-site', description: 'Public documentation', isPublic: true },
  { name: 'status-page', description: 'Public status page', isPublic: true },
  { name: 'harborline-cli', description: 'Command line for customers', isPublic: true },
  { name: 'edge-agent', description: 'Runs in ports', isPublic: true },
  { name: 'legacy-monolith', description: 'Split up in 2023', isArchived: true },
  { name: 'legacy-reports', description: 'Replaced by the warehouse', isArchived: true },
  { name: 'demo-2022', description: 'Trade fair demo', isPublic: true, isArchived: true },
  // In nobody's hands.
  plain('sandbox', ''),
  plain('scratch.tmp', ''),
];

export const LABS_TEAMS: readonly TeamPlan[] = [
  { name: 'owners', description: '' },
  { name: 'research', description: 'Notebooks and experiments', write: ['notebook-*', 'status-page'], read: ['model-*'] },
  { name: 'models', description: 'Trained models', admin: ['model-*'] },
];

export const LABS_REPOSITORIES: readonly RepositoryPlan[] = [
  plain('notebook-base', 'Notebook image'),
  plain('notebook-gpu', 'Notebook image with GPU'),
  plain('notebook-eta', 'Arrival times'),
  plain('model-eta', 'Serves arrival times'),
  plain('model-demand', 'Serves demand'),
  plain('model-ocr', 'Reads container numbers'),
  plain('labelling', 'Labelling tool'),
  plain('datasets', 'Data set packer'),
  // The same name as in the first organization.
  { name: 'status-page', description: 'Status of the labs', isPublic: true },
  { name: 'container-ocr', description: 'Open source', isPublic: true },
  { name: 'port-sim', description: 'Open source simulator', isPublic: true },
  { name: 'hackweek-2021', description: '', isArchived: true },
];

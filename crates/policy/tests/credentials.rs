//! What is taken for a credential, and what is not. No text here has the shape of one: they are put
//! together when the tests run.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use podproof_policy::credential::{Arguments, Hit, Kind, by_shape, in_text, in_variable};
use std::collections::BTreeSet;

const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const WORD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz234567";
const HEX: &str = "0123456789abcdef";

/// Random letters, the same in every run.
fn random(letters: &str, length: usize) -> String {
    let letters = letters.as_bytes();
    let mut state = 0x2545_f491_4f6c_dd1d_u64 ^ length as u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    };
    (0..length).map(|_| char::from(letters[next() % letters.len()])).collect()
}

fn body(length: usize) -> String {
    random(WORD, length)
}

/// A key of Azure: random letters, the mark of the service, the checksum from a seed of eight
/// letters.
fn marked(at: usize, mark: &str, seed: &str) -> String {
    let key = random(BASE64, at) + mark;
    let mut bits: Vec<bool> = Vec::new();
    for letter in key.bytes() {
        let six = BASE64.bytes().position(|other| other == letter).unwrap();
        bits.extend((0..6).rev().map(|bit| six >> bit & 1 == 1));
    }
    // The checksum begins at the next whole byte.
    while !bits.len().is_multiple_of(8) {
        bits.push(false);
    }
    let number = |bits: &[bool]| bits.iter().fold(0_usize, |all, bit| all * 2 + usize::from(*bit));
    let bytes: Vec<u8> = bits.chunks(8).map(|byte| u8::try_from(number(byte)).unwrap()).collect();
    let checksum = marvin(&bytes, u64::from_be_bytes(seed.as_bytes().try_into().unwrap()));
    for byte in checksum.to_le_bytes() {
        bits.extend((0..8).rev().map(|bit| byte >> bit & 1 == 1));
    }
    while !bits.len().is_multiple_of(6) {
        bits.push(false);
    }
    let letter = |six: &[bool]| char::from(BASE64.as_bytes()[number(six)]);
    let mut key: String = bits.chunks(6).map(letter).collect();
    while !key.len().is_multiple_of(4) {
        key.push('=');
    }
    key
}

fn marvin(bytes: &[u8], seed: u64) -> u32 {
    let half = |half: u64| u32::try_from(half & 0xffff_ffff).unwrap();
    let (mut a, mut b) = (half(seed), half(seed >> 32));
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while !padded.len().is_multiple_of(4) {
        padded.push(0);
    }
    padded.extend([0; 4]);
    for word in padded.chunks(4) {
        a = a.wrapping_add(u32::from_le_bytes(word.try_into().unwrap()));
        b ^= a;
        a = a.rotate_left(20).wrapping_add(b);
        b = b.rotate_left(9) ^ a;
        a = a.rotate_left(27).wrapping_add(b);
        b = b.rotate_left(19);
    }
    a ^ b
}

fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for at in 0..4 {
            let six = (bits >> (18 - 6 * at) & 63) as usize;
            encoded.push(if at > three.len() { '=' } else { char::from(BASE64.as_bytes()[six]) });
        }
    }
    encoded
}

fn private_key(label: &str, line_break: &str) -> String {
    let line = random(BASE64, 64);
    let marks = "-----";
    format!("{marks}BEGIN {label}{marks}{line_break}{line}{line_break}{marks}END {label}{marks}")
}

fn token() -> String {
    format!("eyJ{}.eyJ{}.{}", body(33), body(57), body(43))
}

/// What has a shape, with what it is called.
fn shapes() -> Vec<(&'static str, String)> {
    let b = body;
    let messaging = ["System00", "Unknown0", "Send0000", "Manage00", "Listen00"];
    let mut shapes = vec![
        ("an Azure storage account key", marked(76, "+ASt", "Default0")),
        ("an Azure Cosmos DB key", marked(76, "ACDb", "MastRW00")),
        ("an Azure Cosmos DB key", marked(76, "ACDb", "MastRO00")),
        ("an Azure Batch key", marked(76, "+ABa", "AbAcct00")),
        ("an Azure API Management key", marked(76, "APIM", "Gateway0")),
        ("an Azure Machine Learning key", marked(76, "+AMC", "Classic0")),
        ("an Azure IoT Hub key", marked(33, "AIoT", "IoTHub00")),
        ("an Azure IoT Hub key", marked(33, "AIoT", "Device00")),
        ("an Azure Cache for Redis key", marked(33, "AzCa", "Access00")),
        ("an Azure Event Grid key", marked(33, "AZEG", "Unknown0")),
        ("an Azure AI Search key", marked(42, "AzSe", "PAdmin00")),
        ("an Azure Container Registry password", marked(42, "+ACR", "ACRDflt0")),
        (
            "an Azure Functions key",
            marked(44, "AzFu", "Master00").replace('+', "-").replace('/', "_"),
        ),
        ("an Azure service key", b(52) + "JQQ" + "J99" + "BAC" + &b(15) + "ACOG" + &b(4)),
        ("an Azure DevOps access token", b(52) + "JQQ" + "J99" + "BAC" + &b(15) + "AZDO" + &b(4)),
        ("a Microsoft Entra client secret", "aB3".to_owned() + "8Q~" + &b(34)),
        ("a Microsoft Entra client secret", "x.Z".to_owned() + "7Q~" + &b(31)),
        ("an Azure account key", account("AccountName=shop", &random(BASE64, 86))),
        ("an Azure account key", account("AccountEndpoint=https://x.documents.azure.com", &b(86))),
        ("an Azure shared access key", bus(&random(BASE64, 43))),
        (
            "an Azure shared access signature",
            format!("https://x.blob.core.windows.net/a?sv=2022-11-02&sig={}%3D", b(43)),
        ),
        (
            "an Azure shared access signature",
            format!("SharedAccessSignature sr=x&sig={}%3D&se=1700000000", b(43)),
        ),
        (
            "an Azure App Configuration key",
            format!("Endpoint=https://x.azconfig.io;Id=a;Secret={}=", b(43)),
        ),
        ("an Azure Functions key", format!("https://x.azurewebsites.net/api/a?code={}==", b(54))),
        (
            "the password of a connection string",
            format!("Server=db;Database=shop;User ID=shop;Password={}", b(12)),
        ),
        (
            "the password of a connection string",
            format!("jdbc:mysql://db/shop?user=shop&password={}&useSSL=true", b(12)),
        ),
        (
            "the password of a connection string",
            format!("jdbc:sqlserver://db;databaseName=a;user=b;password={}", b(12)),
        ),
        (
            "the password of a connection string",
            format!("host=db user=shop password={} dbname=shop", b(12)),
        ),
        (
            "the password of a connection string",
            format!("Host=db;Username=shop;Pwd={};Database=a", b(12)),
        ),
        (
            "the password of a connection string",
            format!("x.redis.cache.windows.net:6380,password={},ssl=True", b(12)),
        ),
        ("the password of an address", format!("postgres://shop:{}@db:5432/shop", b(12))),
        ("the password of an address", format!("redis://:{}@redis:6379", b(12))),
        ("the password of an address", format!("amqps://shop:{}@mq/%2F", b(12))),
        ("the password of an address", format!("https://bot:{}@git.internal/shop.git", b(20))),
        ("an AWS access key ID", "AK".to_owned() + "IA" + &random(UPPER, 16)),
        ("an AWS access key ID", "AS".to_owned() + "IA" + &random(UPPER, 16)),
        ("a Google API key", "AI".to_owned() + "za" + &b(35)),
        (
            "a private key",
            format!(
                "{{\"type\": \"service_account\", \"private_key\": \"{}\"}}",
                private_key("PRIVATE KEY", "\\n")
            ),
        ),
        ("a private key", private_key("RSA PRIVATE KEY", "\n")),
        ("a private key", private_key("EC PRIVATE KEY", "\r\n")),
        ("a private key", private_key("OPENSSH PRIVATE KEY", "\n")),
        ("a private key", private_key("ENCRYPTED PRIVATE KEY", "\n    ")),
        ("a GitHub token", "gh".to_owned() + "p_" + &b(36)),
        ("a GitHub token", "gh".to_owned() + "o_" + &b(36)),
        ("a GitHub token", "gh".to_owned() + "s_" + &b(36)),
        ("a GitHub token", "github".to_owned() + "_pat_" + &b(22) + "_" + &b(59)),
        ("a GitLab token", "gl".to_owned() + "pat-" + &b(20)),
        ("a GitLab token", "gl".to_owned() + "rt-" + &b(20)),
        ("a Slack token", "xo".to_owned() + "xb-" + &random("0123456789", 12) + "-" + &b(24)),
        ("a Slack token", "xo".to_owned() + "xp-" + &random("0123456789", 12) + "-" + &b(24)),
        (
            "a Slack webhook",
            format!(
                "https://hooks.slack.com/{}/T{}/B{}/{}",
                "services",
                random(UPPER, 9),
                random(UPPER, 9),
                b(24)
            ),
        ),
        ("an npm token", "np".to_owned() + "m_" + &b(36)),
        ("a Stripe key", "sk".to_owned() + "_live_" + &b(24)),
        ("a Stripe key", "rk".to_owned() + "_live_" + &b(24)),
        ("an OpenAI key", "sk".to_owned() + "-proj-" + &b(40) + "T3Blbk" + "FJ" + &b(40)),
        ("an Anthropic key", "sk".to_owned() + "-ant-api03-" + &b(93)),
        ("a Hugging Face token", "h".to_owned() + "f_" + &random(&WORD[..52], 34)),
        ("a SendGrid key", "S".to_owned() + "G." + &b(22) + "." + &b(43)),
        ("a Databricks token", "da".to_owned() + "pi" + &random(HEX, 32)),
        ("a NuGet key", "oy".to_owned() + "2" + &random(LOWER, 43)),
        ("a Docker Hub token", "dckr".to_owned() + "_pat_" + &b(27)),
        ("a PyPI token", "pypi-".to_owned() + "AgEIcHlwaS5vcmc" + &b(80)),
        ("a DigitalOcean token", "dop".to_owned() + "_v1_" + &random(HEX, 64)),
        ("a Vault token", "hv".to_owned() + "s." + &b(90)),
        ("an age key", "AGE-SECRET".to_owned() + "-KEY-1" + &random(UPPER, 58)),
        ("a JSON Web Token", token()),
        (
            "a login to a registry",
            format!(
                "{{\"auths\":{{\"x.azurecr.io\":{{\"auth\":\"{}\"}}}}}}",
                encoded("shop:hunter2hunter2")
            ),
        ),
    ];
    for (what, mark) in [
        ("an Azure Service Bus key", "+ASb"),
        ("an Azure Event Hubs key", "+AEh"),
        ("an Azure Relay key", "+ARm"),
    ] {
        shapes.extend(messaging.map(|seed| (what, marked(33, mark, seed))));
    }
    shapes
}

fn account(start: &str, key: &str) -> String {
    format!("DefaultEndpointsProtocol=https;{start};Account{}={key}==", "Key")
}

fn bus(key: &str) -> String {
    let end = format!("SharedAccess{}={key}=", "Key");
    format!("Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=a;{end}")
}

#[test]
fn what_has_a_shape_is_found_wherever_it_stands() {
    let mut failures = Vec::new();
    for (what, text) in shapes() {
        let around = [
            text.clone(),
            format!("--set=x {text} y"),
            format!("key: \"{text}\"\nother: 1\n"),
            format!("first line\n  {text}\nlast"),
        ];
        for text in around {
            let hit = by_shape(&text);
            let is_right = hit.as_ref().is_some_and(|hit| {
                let kind = if what.contains("key ID") { Kind::Likely } else { Kind::Proved };
                hit.what == what && hit.kind == kind && text.get(hit.range.clone()).is_some()
            });
            if !is_right {
                failures.push(format!("{what}: {text}: {hit:?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(shapes().len() >= 60, "{}", shapes().len());
}

#[test]
fn the_place_is_that_of_the_credential() {
    let part = |text: &str| by_shape(text).map(|hit| text[hit.range].to_owned());
    let key = marked(76, "+ASt", "Default0");
    assert_eq!(part(&account("AccountName=a", key.trim_end_matches('='))), Some(key.clone()));
    assert_eq!(part("redis://:hunter2@x"), Some("hunter2".into()));
    let login = encoded("shop:hunter2hunter2");
    assert_eq!(part(&format!("{{\"auth\": \"{login}\"}}")), Some(login));
    let github = "gh".to_owned() + "p_" + &body(36);
    assert_eq!(part(&format!("a=b {github}, c")), Some(github));
}

#[test]
fn a_key_without_its_checksum_is_only_likely() {
    for seed in ["Default1", "Wrong000"] {
        let kind = by_shape(&marked(76, "+ASt", seed)).map(|hit| hit.kind);
        assert_eq!(kind, Some(Kind::Likely), "{seed}");
    }
}

/// Name and value of what only the name gives away.
const NAMED: &[(&str, &str)] = &[
    ("DB_PASSWORD", "hunter2"),
    ("MYSQL_ROOT_PASSWORD", "password"),
    ("PGPASSWORD", "hunter2"),
    ("password", "admin"),
    ("ADMIN_PASSWD", "Sup3rS3cret"),
    ("REDIS_PWD", "hunter2"),
    ("RABBITMQ_DEFAULT_PASS", "guest"),
    ("KEY_PASSPHRASE", "correct-horse"),
    ("dbPassword", "hunter2"),
    ("spring.datasource.password", "hunter2"),
    ("db-password", "p4ss!word"),
    ("DB_PASSWORD_1", "hunter2"),
    ("DB_PASSWORD_PROD", "hunter2"),
    ("MYSQL_PASSWORD", "12345"),
    ("JWT_SECRET", "supersecret"),
    ("CLIENT_SECRET", "kJ8sd7Fhs8df7"),
    ("AZURE_CLIENT_SECRET", "kJ8sd7Fhs8df7"),
    ("API_TOKEN", "a8f7d9e0b1c2"),
    ("AUTH_TOKEN", "abcDEF123456"),
    ("API_KEY", "a8f7d9e0b1c2"),
    ("apiKey", "a8f7d9e0b1c2"),
    ("STORAGE_ACCOUNT_KEY", "abc123abc123=="),
    ("SECRET_KEY_BASE", "0123456789abcdef0123"),
    ("ENCRYPTION_KEY", "0123456789abcdef"),
    ("MINIO_ACCESS_KEY", "minio"),
    ("PRIVATE_KEY", "a8f7d9e0b1c2"),
    ("--client-secret", "kJ8sd7Fhs8df7"),
    ("--admin-password", "hunter2"),
    ("DB_CREDENTIALS", "root:hunter2"),
];

#[test]
fn what_a_name_gives_away_is_found() {
    for (name, value) in NAMED {
        let kind = in_variable(name, value).map(|hit| hit.kind);
        assert_eq!(kind, Some(Kind::Likely), "{name}: {value}");
        assert!(by_shape(value).is_none(), "{value}");
    }
    let short = by_shape("redis:6379,password=hunter2").map(|hit| hit.kind);
    assert_eq!(short, Some(Kind::Likely), "of a connection string with few keys");
}

#[test]
fn what_needs_name_and_shape_is_proved_by_both() {
    let aws = random(BASE64, 40);
    let devops = random(LOWER, 52);
    for (name, value) in [("AWS_SECRET_ACCESS_KEY", &aws), ("AZP_TOKEN", &devops)] {
        assert_eq!(in_variable(name, value).map(|hit| hit.kind), Some(Kind::Proved), "{name}");
        assert_eq!(in_variable("DIGEST", value), None);
    }
}

#[test]
fn what_everybody_knows_is_minor() {
    let uuid = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
    let insights =
        format!("InstrumentationKey={uuid};IngestionEndpoint=https://x.in.ai.azure.com/");
    for (name, value) in [
        ("DB_PASSWORD", "changeme"),
        ("ADMIN_PASSWORD", "change-me-please"),
        ("KEYSTORE_PASSWORD", "changeit"),
        ("APPINSIGHTS_INSTRUMENTATIONKEY", uuid),
        ("APPLICATIONINSIGHTS_CONNECTION_STRING", insights.as_str()),
    ] {
        assert_eq!(in_variable(name, value).map(|hit| hit.kind), Some(Kind::Minor), "{name}");
    }
}

/// Name and value of what is none.
const NONE: &[(&str, &str)] = &[
    // References.
    ("PASSWORD", "$(OTHER)"),
    ("PASSWORD", "$(A)$(B)"),
    ("PASSWORD", "prefix-$(OTHER)"),
    ("PASSWORD", "${DB_PASSWORD}"),
    ("PASSWORD", "${DB_PASSWORD:-fallback}"),
    ("PASSWORD", "$DB_PASSWORD"),
    ("PASSWORD", "{{ .Values.password }}"),
    ("PASSWORD", "{{password}}"),
    ("PASSWORD", "<password>"),
    ("PASSWORD", "<YOUR-PASSWORD-HERE>"),
    ("PASSWORD", "%DB_PASSWORD%"),
    ("PASSWORD", "@DB_PASSWORD@"),
    ("PASSWORD", "vault:secret/data/db#password"),
    ("PASSWORD", "ref+azurekeyvault://my-vault/db"),
    ("PASSWORD", "op://vault/item/password"),
    ("PASSWORD", "ENC[AES256_GCM,data:qQ==,iv:x,tag:y,type:str]"),
    ("TOKEN", "--token=$(TOKEN)"),
    ("DB_PASSWORD", "DB_PASSWORD"),
    ("API_KEY", "GOOGLE_API_KEY_VAL"),
    // Placeholders.
    ("PASSWORD", ""),
    ("PASSWORD", " "),
    ("PASSWORD", "x"),
    ("PASSWORD", "xxx"),
    ("PASSWORD", "xxxxxxxx"),
    ("PASSWORD", "********"),
    ("PASSWORD", "..."),
    ("PASSWORD", "-----"),
    ("PASSWORD", "placeholder"),
    ("PASSWORD", "example-password"),
    ("PASSWORD", "REDACTED"),
    ("PASSWORD", "your-password"),
    ("PASSWORD", "YOUR_PASSWORD_HERE"),
    ("PASSWORD", "todo"),
    ("PASSWORD", "dummy"),
    ("PASSWORD", "fake_password"),
    ("PASSWORD", "replace-me"),
    ("PASSWORD", "insert-password-here"),
    ("PASSWORD", "enter_password"),
    ("PASSWORD", "undefined"),
    ("PASSWORD", "not-used"),
    ("API_TOKEN", "changeme"),
    ("CLIENT_SECRET", "change-me"),
    // Settings.
    ("ALLOW_EMPTY_PASSWORD", "yes"),
    ("RANDOM_PASSWORD", "true"),
    ("PASSWORD", "false"),
    ("PASSWORD", "null"),
    ("PASSWORD", "None"),
    ("PASSWORD", "disabled"),
    ("PASSWORD", "auto"),
    ("PASSWORD", "string"),
    ("PASSWORD_MIN_LENGTH", "12"),
    ("MIN_PASSWORD", "12"),
    ("TOKEN_TTL", "3600"),
    ("TOKEN_TTL", "24h"),
    ("TOKEN_EXPIRY", "15m"),
    ("TOKEN_REFRESH", "300s"),
    ("SESSION_TOKEN", "3600"),
    ("MAX_TOKENS", "4096"),
    ("API_TOKEN", "bearer"),
    ("AUTH_TOKEN", "X-Auth-Token"),
    ("CSRF_TOKEN", "csrf-token-7482-abcd"),
    ("server-tokens", "false"),
    ("EOS_TOKEN", "endoftext123"),
    ("PAD_TOKEN", "padpad123"),
    ("initial-cluster-token", "etcd-cluster-1234"),
    // Paths.
    ("SECRETS_DIR", "/mnt/secrets"),
    ("DB_PASSWORD_FILE", "/run/secrets/db"),
    ("DB_PASSWORD", "/run/secrets/db"),
    ("PRIVATE_KEY_PATH", "/etc/x"),
    ("PRIVATE_KEY", "/etc/x/tls.key"),
    ("PRIVATE_KEY", "./tls.key"),
    ("PRIVATE_KEY", "../tls.key"),
    ("PRIVATE_KEY", "~/.ssh/id_rsa"),
    ("PRIVATE_KEY", "C:\\certs\\tls.key"),
    ("API_TOKEN", "/var/run/secrets/kubernetes.io/serviceaccount/token"),
    ("PWD", "/app"),
    ("OLDPWD", "/"),
    ("PRIVATE_KEY", "tls.key"),
    ("GOOGLE_APPLICATION_CREDENTIALS", "/var/secrets/google/key.json"),
    ("GOOGLE_APPLICATION_CREDENTIALS", "key.json"),
    // Addresses.
    ("AUTH_TOKEN", "https://login.internal/token"),
    ("TOKEN_URL", "https://login.internal/token"),
    ("TOKEN_ENDPOINT", "https://login.internal/token"),
    ("API_KEY", "https://x.vault.azure.net/secrets/a"),
    ("DB_URL", "postgres://db:5432/shop"),
    ("DB_URL", "postgres://shop@db:5432/shop"),
    ("DB_URL", "postgres://shop:$(PASSWORD)@db"),
    ("DB_URL", "postgres://shop:${PASSWORD}@db"),
    ("DB_URL", "postgres://shop:<password>@db"),
    ("DB_URL", "postgres://{{ .user }}:{{ .password }}@db"),
    ("DB_URL", "postgres://user:password@host/db"),
    ("DB_URL", "postgres://shop:xxxx@db"),
    ("DB_URL", "postgres://shop:your-password@db"),
    ("DB_URL", "postgres://shop:@db"),
    ("URL", "https://user@host:8080/a:b"),
    ("URL", "http://a/b@c:d"),
    ("URL", "https://x.blob.core.windows.net/a?sv=2022-11-02&sp=r"),
    ("IMAGE", "x.azurecr.io/shop:1@sha256:abc"),
    ("DB_PORT", "tcp://10.0.0.1:5432"),
    ("TOKEN_PORT_80_TCP", "tcp://10.0.0.1:80"),
    // Names of objects, and of other things.
    ("secretName", "web-tls"),
    ("SECRET_NAME", "db-password"),
    ("TLS_SECRET", "web-tls"),
    ("WEBHOOK_SECRET", "webhook-server-cert"),
    ("secretKey", "db-password"),
    ("secretKey", "password"),
    ("existingSecret", "redis7382hash"),
    ("EXISTING_SECRET", "redis"),
    ("imagePullSecret", "regcred"),
    ("IMAGE_PULL_SECRET", "acr-4711-aa"),
    ("default-tls-secret", "some-namespace/some-secret"),
    ("KEYVAULT_SECRET", "db-password-2024"),
    ("KEY_VAULT_SECRET", "dbpassword1234"),
    ("API_KEY_NAME", "primary"),
    ("API_KEY_ID", "a8f7d9e0b1c2"),
    ("ACCESS_KEY_ID", "a8f7d9e0b1c2"),
    ("TOKEN_ISSUER", "shop"),
    ("TOKEN_AUDIENCE", "api://shop"),
    ("TOKEN_TYPE", "Bearer"),
    ("PASSWORD_HASH", "a8f7d9e0b1c2"),
    ("PASSWORD_POLICY", "strict"),
    ("IS_SECRET", "maybe"),
    ("HAS_PASSWORD", "maybe"),
    ("NO_PASSWORD", "maybe"),
    ("SHOW_PASSWORD", "maybe"),
    ("USE_PASSWORD", "maybe"),
    ("ENABLE_TOKEN", "maybe"),
    ("ALLOW_PASSWORD", "maybe"),
    ("REQUIRE_PASSWORD", "maybe"),
    ("RESET_PASSWORD", "always"),
    ("NEXT_TOKEN", "a8f7d9e0b1c2"),
    ("PAGE_TOKEN", "a8f7d9e0b1c2"),
    ("MAX_TOKEN", "maybe1"),
    ("WEB_TLS_SECRET", "webtls2024a"),
    ("SECRET_PROVIDER", "azure"),
    ("SECRET_STORE_VERSION", "1.4.0"),
    ("AZURE_CLIENT_ID", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
    ("CLIENT_SECRET", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
    ("PUBLIC_KEY", "a8f7d9e0b1c2"),
    ("STRIPE_PUBLIC_API_KEY", "a8f7d9e0b1c2"),
    ("PRIMARY_KEY", "customer1234"),
    ("SORT_KEY", "customer1234"),
    ("CACHE_KEY", "customer1234"),
    ("KEYSTORE", "a8f7d9e0b1c2"),
    ("MONKEY", "a8f7d9e0b1c2"),
    ("TOKENIZER", "gpt2-1234"),
    ("SECRETARY", "miller1234"),
    ("COMPASS", "north1234"),
    ("BYPASS", "north1234"),
    ("AUTHOR", "miller"),
    ("admin_email", "admin@shop.internal"),
    ("replicas", "3"),
    ("apiVersion", "rbac.authorization.k8s.io/v1"),
    (
        "CONNECTION_STRING",
        "Server=db;Database=shop;Authentication=Active Directory Workload Identity",
    ),
    ("CONNECTION_STRING", "Server=db;Database=shop;User=a;Password=$(PASSWORD)"),
    ("CONNECTION_STRING", "Server=db;Database=shop;User=a;Password=<password>"),
    ("CONNECTION_STRING", "Server=db;Database=shop;Integrated Security=true"),
    ("CONNECTION_STRING", "redis:6379,ssl=True"),
    ("STORAGE", "UseDevelopmentStorage=true"),
    // What looks like a token, and is none.
    ("DIGEST", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("COMMIT", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"),
    ("TEXT", "the token has to be given as ghp_ and 36 letters"),
    ("TEXT", "a private key begins with -----BEGIN PRIVATE KEY----- and ends so"),
    ("TEXT", "password=a"),
    ("TEXT", "see https://docs.internal/a?code=1&sig=2&sv=3"),
    ("TEXT", "\"auth\": \"none\""),
    ("TEXT", "\"auth\": \"basic\", \"a\": 1"),
    ("TEXT", "risk-aware and task-based, mask_live_streams, SG.x, hvs.a, npm_config_cache"),
    ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ("NO_PROXY", "10.0.0.0/8,.svc,.cluster.local,localhost,127.0.0.1"),
];

#[test]
fn what_is_none_is_not_found() {
    let made = [
        ("A", "gh".to_owned() + "p_" + &"a".repeat(36)),
        ("A", "gh".to_owned() + "p_" + &"x".repeat(36)),
        ("A", "gh".to_owned() + "p_" + &body(35)),
        ("A", "gh".to_owned() + "p_" + &body(37)),
        ("A", "AK".to_owned() + "IAIOSFODNN7" + "EXAMPLE"),
        ("A", "AK".to_owned() + "IA" + &random(UPPER, 17)),
        ("A", "AI".to_owned() + "za" + &body(20)),
        ("A", "aB3".to_owned() + "8Q~" + &body(20)),
        ("A", format!("eyJ{}.eyJ{}", body(40), body(40))),
        ("A", format!("eyJ{}", body(200))),
        ("A", format!("x{}", token())),
        ("A", random(BASE64, 88)),
        ("A", random(BASE64, 86) + "=="),
        ("A", random(BASE64, 43) + "="),
        ("A", "A".repeat(76) + "+ASt" + "AAAAAA=="),
        ("A", body(84)),
        ("A", format!("AccountName=devstoreaccount1;Account{}={}==", "Key", body(86))),
        ("A", private_key("CERTIFICATE", "\n")),
        ("A", private_key("PUBLIC KEY", "\n")),
        ("A", "-----BEGIN ".to_owned() + "PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"),
        ("A", "AgB".to_owned() + &random(BASE64, 400)),
        ("A", format!("hooks.slack.com/services/{}", "XXXX/YYYY")),
    ];
    let written = NONE.iter().map(|(name, value)| (*name, (*value).to_owned()));
    let all: BTreeSet<(&str, String)> = written.chain(made).collect();
    assert!(all.len() >= 150, "{}", all.len());
    let found = all.iter().filter_map(|(name, value)| {
        in_variable(name, value).map(|hit| format!("{name}: {value}: {hit:?}"))
    });
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn entry(text: &str) -> Option<(Option<String>, Hit)> {
    in_text(text).map(|(key, hit)| (key.map(str::to_owned), hit))
}

#[test]
fn entries_of_configuration_files_are_found() {
    for (text, key) in [
        ("a=b\ndb.password=hunter2\n", "db.password"),
        ("a = b\ndb_password = hunter2 # old\n", "db_password"),
        ("db:\n  user: a\n  password: hunter2\n", "password"),
        ("db:\n  - password: 'hunter2'\n", "password"),
        ("[db]\nuser=a\npassword=\"hunter2\"\n", "password"),
        ("export DB_PASSWORD=hunter2\nexport A=b\n", "DB_PASSWORD"),
        ("{\n  \"user\": \"a\",\n  \"password\": \"hunter2\",\n  \"b\": 1\n}\n", "password"),
        ("{\"user\": \"a\", \"apiKey\": \"a8f7d9e0b1c2\"}\n", "apiKey"),
        ("x: 1\nurl: redis://:hunter2@redis\n", "url"),
    ] {
        let (found, hit) = entry(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.as_deref(), Some(key), "{text}");
        assert!(matches!(&text[hit.range], "hunter2" | "a8f7d9e0b1c2"), "{text}");
    }
}

#[test]
fn lines_that_are_no_entries_with_a_credential_are_not_found() {
    for text in [
        "password:\n  from: vault\n",
        "# password=hunter2\npassword=\n",
        "// password = hunter2\n",
        "# redis://:hunter2@redis\n",
        "; Server=a;User=b;Password=hunter2\n",
        "password = getPassword()\n",
        "password = os.environ[\"PASSWORD\"]\n",
        "const password = req.body.password;\n",
        "password := flag.String(\"password\", \"\", \"the password\")\n",
        "if password == other {\n",
        "password: string;\n",
        "password: str\n",
        "password: |\n  text\n",
        "password: *default\n",
        "password: &default\n",
        "password: !vault |\n",
        "password=${DB_PASSWORD}\n",
        "password: {{ .Values.password }}\n",
        "password_file: /etc/password\n",
        "the password: it has to be long\n",
        "error: password is wrong: try again\n",
        "secretName: web-tls\n",
        "requirepass\n",
        "server-tokens: \"false\"\nproxy-body-size: 8m\n",
        "token: header\n",
    ] {
        assert_eq!(entry(text), None, "{text}");
    }
}

/// What is found in a command line with `|` between its items: the option and the value.
fn arguments(line: &str) -> Option<(String, String)> {
    let mut arguments = Arguments::default();
    let mut items = line.split('|');
    let (name, _) = items.find_map(|item| arguments.next(item))?;
    let item = line.split('|').find(|item| item.contains("hunter2"));
    Some((name.unwrap_or_default().to_owned(), item.unwrap_or_default().to_owned()))
}

#[test]
fn credentials_in_command_lines_are_found() {
    for (line, option) in [
        ("--password=hunter2", "--password"),
        ("web|--user=a|--db-password=hunter2", "--db-password"),
        ("--password|hunter2", "--password"),
        ("--api-key|hunter2hunter2", "--api-key"),
        ("redis-server|--requirepass|hunter2", "--requirepass"),
        ("redis-cli|-a|hunter2", "-a"),
        ("mysql|-uroot|-phunter2", "-p"),
        ("/usr/bin/mysqldump|-phunter2", "-p"),
        ("sshpass|-p|hunter2", "-p"),
        ("sh|-c|mysql -uroot -phunter2 -e 'select 1'", "-p"),
        ("sh|-c|export DB_PASSWORD=hunter2; web", "DB_PASSWORD"),
        ("sh|-c|set -e\nDB_PASSWORD='hunter2' web\n", "DB_PASSWORD"),
        ("sh|-c|web \\\n  --password \\\n  hunter2\n", "--password"),
        ("--url=redis://:hunter2@redis", "--url"),
    ] {
        let found = arguments(line).unwrap_or_else(|| panic!("{line}"));
        assert!(found.0 == option || line.contains("://"), "{line}: {found:?}");
        assert!(found.1.contains("hunter2"), "{line}: {found:?}");
    }
}

#[test]
fn command_lines_without_a_credential_are_not_found() {
    for line in [
        "--token=$(TOKEN)",
        "--password|$(PASSWORD)",
        "--password-file=/etc/password",
        "--password-file|/etc/password",
        "--password|--user=a",
        "--password",
        "--secret=prod/web-tls",
        "--default-tls-secret=prod/web-tls",
        "--enable-bootstrap-token-auth=true",
        "--initial-cluster-token=etcd-cluster-1234",
        "/bin/sh|-c|--|while true; do sleep 30; done;",
        "nc|-e|/bin/sh|--|hunter2",
        "-p|8080",
        "-m=google/gemma-7b|-s=hunter2|-n=gemma1234",
        "docker|run|-p|8080:80",
        "mysql|-p|shop1234",
        "mysql -uroot -p\"$MYSQL_ROOT_PASSWORD\"",
        "mysql -uroot\nssh -p 2222 host\nmkdir -p1234 a",
        "MASTER_PASSWORD='', \\",
        "if [ -z \"$DB_PASSWORD\" ]; then exit 1; fi",
        "export DB_PASSWORD=$(cat /run/secrets/db)",
        "export DB_PASSWORD=`cat /run/secrets/db`",
        "su -p -s /bin/bash -c web",
        "--jwt-secret-name=web1234a",
    ] {
        assert_eq!(arguments(line), None, "{line}");
    }
}

#[test]
fn no_text_makes_the_detectors_panic() {
    let pieces = [
        "://",
        ":",
        "@",
        "=",
        "\"auth\":\"",
        "-----BEGIN",
        "ü",
        "eyJ",
        "ghp_",
        "8Q~",
        "AccountKey=",
        ";password=",
        " ",
        "\n",
        "{",
        "}",
        "$(",
        "'",
        "x",
        "AKIA",
        "%",
        "🦀",
        "-----",
        "PRIVATE KEY",
    ];
    let mut state = 7_usize;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..state % 12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text += pieces[(state >> 33) % pieces.len()];
        }
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for hit in [by_shape(&text), in_variable(&text, &text), in_variable("PASSWORD", &text)] {
            assert!(hit.is_none_or(|hit| text.get(hit.range).is_some()), "{text}");
        }
        assert!(in_text(&text).is_none_or(|(_, hit)| text.get(hit.range).is_some()), "{text}");
    }
}

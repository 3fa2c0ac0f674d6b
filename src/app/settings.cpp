#include "app/settings.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"
#include "identity/oauth_clients.hpp"

namespace oprag::app {
namespace {

using Problem = std::optional<std::string>;

// at<&Settings::bucket, &BucketSettings::region>(s) is s.bucket.region.
template <auto... Path>
auto& at(Settings& s) {
  return (s.*....*Path);
}

template <auto... Path>
Problem text(Settings& s, const std::string& value) {
  at<Path...>(s) = value;
  return {};
}

template <auto... Path>
Problem secret(Settings& s, const std::string& value) {
  at<Path...>(s) = Secret(value);
  return {};
}

template <auto... Path>
Problem flag(Settings& s, const std::string& value) {
  if (value == "on" || value == "true")
    at<Path...>(s) = true;
  else if (value == "off" || value == "false")
    at<Path...>(s) = false;
  else
    return "must be on or off";
  return {};
}

template <std::int64_t Min, std::int64_t Max, auto... Path>
Problem number(Settings& s, const std::string& value) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
  if (error != std::errc{} || end != value.data() + value.size()) return "must be a whole number";
  if (n < Min || n > Max) return "must be between " + std::to_string(Min) + " and " + std::to_string(Max);
  at<Path...>(s) = n;
  return {};
}

template <auto... Path>
Problem word(Settings& s, const std::string& value, std::initializer_list<std::string_view> allowed) {
  std::string list;
  for (const auto candidate : allowed) {
    if (candidate == value) {
      at<Path...>(s) = value;
      return {};
    }
    if (!candidate.empty()) list.append(list.empty() ? "" : ", ").append(candidate);
  }
  return "must be one of " + list;
}

template <auto... Path>
Problem url(Settings& s, const std::string& value) {
  if (!value.empty() && !value.starts_with("http://") && !value.starts_with("https://"))
    return "must be an http(s) URL";
  auto trimmed = value;
  while (trimmed.ends_with('/')) trimmed.pop_back();
  at<Path...>(s) = trimmed;
  return {};
}

Problem listen_address(Settings& s, const std::string& value) {
  try {
    split_listen(value);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  s.listen = value;
  return {};
}

template <auto... Path>
Problem list(Settings& s, const std::string& value) {
  at<Path...>(s).clear();
  std::size_t from = 0;
  while (from < value.size()) {
    const auto comma = std::min(value.find(',', from), value.size());
    auto item = value.substr(from, comma - from);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (!item.empty()) at<Path...>(s).push_back(item);
    from = comma + 1;
  }
  return {};
}

Problem redirect_uris(Settings& s, const std::string& value) {
  list<&Settings::redirect_uris>(s, value);
  for (const auto& uri : s.redirect_uris) {
    if (const auto problem = identity::redirect_uri_problem(uri)) return uri + " " + *problem;
  }
  return {};
}

Problem plans(Settings& s, const std::string& value) {
  s.plans.clear();
  if (value.empty()) return {};
  try {
    s.plans = billing::read_plans(value);
  } catch (const std::runtime_error& e) {
    return std::string("is no JSON: ") + e.what();
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return {};
}

Problem oauth_clients(Settings& s, const std::string& value) {
  list<&Settings::oauth_clients>(s, value);
  try {
    identity::read_oauth_clients(s.oauth_clients);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return {};
}

Problem database_url(Settings& s, const std::string& value) {
  if (!value.empty() && !value.starts_with("postgresql://") && !value.starts_with("postgres://")) {
    return "must be empty (SQLite) or a postgresql:// URL";
  }
  s.database = Secret(value);
  return {};
}

Problem smtp_url(Settings& s, const std::string& value) {
  if (!value.empty() && !value.starts_with("smtp://") && !value.starts_with("smtps://"))
    return "must begin with smtp:// (STARTTLS) or smtps://";
  s.smtp.url = value;
  return {};
}

template <auto... Path>
Problem path(Settings& s, const std::string& value) {
  at<Path...>(s) = value.empty() ? std::filesystem::path() : std::filesystem::absolute(value).lexically_normal();
  return {};
}

// "oprag" and "/oprag/" mean "oprag/".
Problem key_prefix(Settings& s, const std::string& value) {
  const auto first = value.find_first_not_of('/'), last = value.find_last_not_of('/');
  s.bucket.prefix = first == std::string::npos ? "" : value.substr(first, last - first + 1) + "/";
  return {};
}

// What stands there, or in the file that "file:PATH" names, without the end of its last line.
std::string revealed(const Setting& setting, const std::string& value) {
  constexpr std::string_view scheme = "file:";
  if (!setting.secret || !value.starts_with(scheme)) return value;
  const auto path = value.substr(scheme.size());
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw std::invalid_argument("setting " + std::string(setting.name) + " names the file " + path +
                                ", which cannot be read");
  std::string out(std::istreambuf_iterator<char>(file), {});
  while (out.ends_with('\n') || out.ends_with('\r')) out.pop_back();
  return out;
}

void check_objects(const Settings& settings) {
  const auto& bucket = settings.bucket;
  if (settings.objects != "s3") {
    if (!bucket.bucket.empty()) throw std::invalid_argument("s3_bucket needs objects = s3");
    return;
  }
  const std::pair<const char*, bool> needed[] = {{"s3_endpoint", bucket.endpoint.empty()},
                                                 {"s3_bucket", bucket.bucket.empty()},
                                                 {"s3_access_key", bucket.access_key.empty()},
                                                 {"s3_secret_key", bucket.secret_key.empty()}};
  for (const auto& [name, missing] : needed) {
    if (missing) throw std::invalid_argument(std::string("objects = s3 needs ") + name);
  }
}

using Bucket = blobs::BucketSettings;
using limits::Limits;
using Model = models::OpenAiOptions;
using Smtp = mail::SmtpSettings;

const std::vector<Setting> table = {
    {"listen", "127.0.0.1:8080", "address and port of the HTTP server", false, listen_address},
    {"data_dir", "./oprag-data", "where everything is kept", false, path<&Settings::data_dir>},
    {"public_url", "", "URL under which users reach this server; default http://LISTEN", false,
     url<&Settings::public_url>},
    {"trusted_proxies", "", "addresses whose X-Forwarded-For is believed, comma separated", false,
     list<&Settings::trusted_proxies>},
    {"tls_certificate", "", "PEM file; with tls_key the server speaks HTTPS", false, text<&Settings::tls_certificate>},
    {"tls_key", "", "PEM file", false, text<&Settings::tls_key>},
    {"signup", "", "who may sign up: open, invite, closed; must be said when not listening on loopback", false,
     [](Settings& s, const std::string& v) { return word<&Settings::signup>(s, v, {"open", "invite", "closed", ""}); }},
    {"environment", "local", "name of this installation, as /config shows it", false, text<&Settings::environment>},
    {"region", "local", "region in user pool ids and signatures", false, text<&Settings::region>},
    {"database", "", "postgresql:// URL; empty: SQLite in data_dir", true, database_url},
    {"objects", "disk", "where documents lie: disk (objects_dir), s3 (a bucket, s3_…)", false,
     [](Settings& s, const std::string& v) { return word<&Settings::objects>(s, v, {"disk", "s3"}); }},
    {"objects_dir", "", "directory of the built-in object store; shared by the nodes of one installation", false,
     path<&Settings::objects_dir>},
    {"s3_endpoint", "", "URL of the S3 server: https://s3.eu-central-1.amazonaws.com", false,
     url<&Settings::bucket, &Bucket::endpoint>},
    {"s3_public_endpoint", "", "its URL for browsers, when they reach it by another name", false,
     url<&Settings::bucket, &Bucket::public_endpoint>},
    {"s3_region", "us-east-1", "its region", false, text<&Settings::bucket, &Bucket::region>},
    {"s3_bucket", "", "a bucket that is there", false, text<&Settings::bucket, &Bucket::bucket>},
    {"s3_prefix", "", "what every key in it begins with", false, key_prefix},
    {"s3_path_style", "on", "on: ENDPOINT/BUCKET/KEY; off: BUCKET.ENDPOINT/KEY", false,
     flag<&Settings::bucket, &Bucket::path_style>},
    {"s3_access_key", "", "access key that may read, write, list and delete there", true,
     secret<&Settings::bucket, &Bucket::access_key>},
    {"s3_secret_key", "", "its secret", true, secret<&Settings::bucket, &Bucket::secret_key>},
    {"secrets_dir", "", "directory of generated secrets; shared by the nodes of one installation", false,
     path<&Settings::secrets_dir>},
    {"upload_limit", "104857600", "largest upload in bytes", false, number<1, 5'368'709'120, &Settings::upload_limit>},
    {"embedder", "minilm", "minilm (built in), openai (embedder_url), none (keyword search only)", false,
     [](Settings& s, const std::string& v) { return word<&Settings::embedder>(s, v, {"minilm", "openai", "none"}); }},
    {"embedder_dir", "", "directory with model.onnx and vocab.txt; empty: beside the program", false,
     path<&Settings::embedder_dir>},
    {"onnxruntime", "", "libonnxruntime.so; empty: beside the program", false, path<&Settings::onnxruntime>},
    {"embedder_url", "", "OpenAI-compatible server for embeddings", false,
     url<&Settings::embedder_server, &Model::base_url>},
    {"embedder_model", "", "its model", false, text<&Settings::embedder_server, &Model::model>},
    {"embedder_key", "", "its API key", true, secret<&Settings::embedder_server, &Model::api_key>},
    {"model_url", "", "OpenAI-compatible server for answers; empty: extractive answers", false,
     url<&Settings::model_server, &Model::base_url>},
    {"model_name", "", "its model", false, text<&Settings::model_server, &Model::model>},
    {"model_key", "", "its API key", true, secret<&Settings::model_server, &Model::api_key>},
    {"model_leaves_machine", "on", "whether questions to the model leave this machine, as /v1/models shows", false,
     flag<&Settings::model_leaves_machine>},
    {"fallback", "none", "when the model or the embedder fails: none (502) or extractive", false,
     [](Settings& s, const std::string& v) { return word<&Settings::fallback>(s, v, {"none", "extractive"}); }},
    {"rag", "on", "off: retrieval routes answer 503 rag_disabled", false, flag<&Settings::rag>},
    {"workers", "1", "documents indexed at once; 0: this node indexes nothing", false,
     number<0, 64, &Settings::workers>},
    {"issuer", "", "a second token issuer: an Amazon Cognito pool or any OIDC issuer", false, url<&Settings::issuer>},
    {"issuer_kind", "oidc", "what it is: oidc, or cognito (its ID tokens say token_use = id)", false,
     [](Settings& s, const std::string& v) { return word<&Settings::issuer_kind>(s, v, {"oidc", "cognito"}); }},
    {"issuer_client_ids", "", "its client ids that may call this API, comma separated", false,
     list<&Settings::issuer_client_ids>},
    {"issuer_tenant_claim", "custom:tenant_id", "its claim that names the company", false,
     text<&Settings::issuer_tenant_claim>},
    {"redirect_uris", "",
     "where tools that use this API may have people sent back to after a sign-in here, comma separated", false,
     redirect_uris},
    {"oauth_clients", "",
     "other tools that may sign people in here, pairs of ID and URI, comma separated; their tokens do not open the API",
     false, oauth_clients},
    {"smtp_url", "", "mail server, smtp://HOST:587 (STARTTLS) or smtps://HOST:465; empty: links instead of letters",
     false, smtp_url},
    {"smtp_from", "", "sender of its letters: oprag@example.com, or Name <address>", false,
     text<&Settings::smtp, &Smtp::from>},
    {"smtp_user", "", "its user; empty: it wants none", false, text<&Settings::smtp, &Smtp::user>},
    {"smtp_password", "", "the user's password", true, secret<&Settings::smtp, &Smtp::password>},
    {"smtp_ca", "", "PEM file of the authority that signed its certificate; empty: the system's", false,
     text<&Settings::smtp, &Smtp::ca_file>},
    {"metrics_token", "", "bearer token for /metrics from other machines", true, secret<&Settings::metrics_token>},
    {"widget_cdn_url", "", "/widget.js redirects here when set", false, url<&Settings::widget_cdn_url>},
    {"archive_days", "30", "days until an archived project is erased", false, number<0, 3650, &Settings::archive_days>},
    {"chat_per_key", "600", "questions a minute per API key; 0: off", false,
     number<0, 1'000'000, &Settings::limits, &Limits::chat_per_key>},
    {"chat_per_visitor", "20", "questions a minute per visitor; 0: off", false,
     number<0, 1'000'000, &Settings::limits, &Limits::chat_per_visitor>},
    {"chat_per_project", "1200", "questions a minute per project; 0: off", false,
     number<0, 1'000'000, &Settings::limits, &Limits::chat_per_project>},
    {"requests_per_user", "6000", "dashboard requests a minute per user; 0: off", false,
     number<0, 10'000'000, &Settings::limits, &Limits::requests_per_user>},
    {"requests_per_company", "30000", "dashboard requests a minute per company; 0: off", false,
     number<0, 10'000'000, &Settings::limits, &Limits::requests_per_company>},
    {"plans", "", "what companies may have, a table [plans.ID] each in oprag.toml, JSON elsewhere; empty: no limits",
     false, plans},
    {"default_plan", "self_hosted", "the plan that a new company begins on; one that is not listed limits nothing",
     false, text<&Settings::default_plan>},
    {"log_level", "info", "debug, info, warn, error", false,
     [](Settings& s, const std::string& v) {
       return word<&Settings::log_level>(s, v, {"debug", "info", "warn", "error"});
     }},
};

const Setting* find(std::string_view name) {
  const auto it = std::ranges::find(table, name, &Setting::name);
  return it == table.end() ? nullptr : &*it;
}

}  // namespace

const std::vector<Setting>& setting_table() {
  return table;
}

std::string environment_name(std::string_view setting) {
  std::string out = "OPRAG_";
  for (const char c : setting) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

Settings resolve(const Sources& sources) {
  for (const auto* source : {&sources.file, &sources.environment, &sources.flags}) {
    for (const auto& [name, value] : *source) {
      if (!find(name)) throw std::invalid_argument("unknown setting " + name + "; `oprag config` lists them");
    }
  }
  Settings out;
  for (const auto& setting : table) {
    std::string value(setting.fallback);
    for (const auto* source : {&sources.file, &sources.environment, &sources.flags}) {
      if (const auto it = source->find(std::string(setting.name)); it != source->end()) value = it->second;
    }
    if (const auto problem = setting.set(out, revealed(setting, value))) {
      throw std::invalid_argument("setting " + std::string(setting.name) + " " + *problem);
    }
    out.shown[std::string(setting.name)] = setting.secret && !value.empty() ? "***" : value;
  }
  if (out.tls_certificate.empty() != out.tls_key.empty()) {
    throw std::invalid_argument("tls_certificate and tls_key go together");
  }
  if (out.public_url.empty()) out.public_url = (out.tls_key.empty() ? "http://" : "https://") + out.listen;
  if (out.signup.empty()) {
    if (!is_loopback(out.listen)) {
      throw std::invalid_argument("signup must be said (open, invite or closed) when listening on " + out.listen);
    }
    out.signup = "open";
  }
  check_objects(out);
  if (out.objects_dir.empty()) out.objects_dir = out.data_dir / "objects";
  if (out.secrets_dir.empty()) out.secrets_dir = out.data_dir / "secrets";
  if (out.embedder == "openai" && (out.embedder_server.base_url.empty() || out.embedder_server.model.empty())) {
    throw std::invalid_argument("embedder = openai needs embedder_url and embedder_model");
  }
  if (!out.smtp.url.empty() && out.smtp.from.empty()) throw std::invalid_argument("smtp_url needs smtp_from");
  if (!out.model_server.base_url.empty() && out.model_server.model.empty())
    throw std::invalid_argument("model_url needs model_name");
  if (!out.issuer.empty() && out.issuer_client_ids.empty())
    throw std::invalid_argument("issuer needs issuer_client_ids");
  out.shown["public_url"] = out.public_url;
  out.shown["signup"] = out.signup;
  out.shown["objects_dir"] = out.objects_dir.string();
  out.shown["secrets_dir"] = out.secrets_dir.string();
  return out;
}

std::map<std::string, std::string> read_file(const std::filesystem::path& path, bool required) {
  std::map<std::string, std::string> out;
  if (!std::filesystem::exists(path)) {
    if (required) throw std::invalid_argument("no settings file at " + path.string());
    return out;
  }
  try {
    const auto file = toml::parse_file(path.string());
    for (const auto& [key, node] : file) {
      const std::string name(key.str());
      if (const auto text = node.value_exact<std::string>())
        out[name] = *text;
      else if (const auto whole = node.value_exact<std::int64_t>())
        out[name] = std::to_string(*whole);
      else if (const auto truth = node.value_exact<bool>())
        out[name] = *truth ? "on" : "off";
      else if (const auto* members = node.as_table()) {
        std::ostringstream json;
        json << toml::json_formatter(*members);
        out[name] = json.str();
      } else if (const auto* items = node.as_array()) {
        std::string joined;
        for (const auto& item : *items) joined.append(joined.empty() ? "" : ",").append(item.value_or(std::string()));
        out[name] = joined;
      } else {
        throw std::invalid_argument("setting " + name +
                                    " must be a string, a number, true, false, a list of strings or a table");
      }
    }
  } catch (const toml::parse_error& e) {
    throw std::invalid_argument(path.string() + ": " + std::string(e.description()));
  }
  return out;
}

std::map<std::string, std::string> read_environment(char** environment) {
  std::map<std::string, std::string> out;
  for (; environment && *environment; ++environment) {
    const std::string_view entry(*environment);
    const auto equals = entry.find('=');
    // OPRAG_TEST_… tells tests where their services are.
    if (!entry.starts_with("OPRAG_") || entry.starts_with("OPRAG_TEST_") || equals == std::string_view::npos) continue;
    const auto name = ascii_lower(entry.substr(6, equals - 6));
    if (!find(name))
      throw std::invalid_argument("unknown setting in the environment: " + std::string(entry.substr(0, equals)));
    out[name] = entry.substr(equals + 1);
  }
  return out;
}

std::pair<std::string, std::uint16_t> split_listen(const std::string& listen) {
  const auto colon = listen.rfind(':');
  int port = 0;
  const auto* end = listen.data() + listen.size();
  if (colon == std::string::npos || colon == 0 || std::from_chars(listen.data() + colon + 1, end, port).ptr != end ||
      port < 0 || port > 65535) {
    throw std::invalid_argument("must be HOST:PORT");
  }
  auto host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host, static_cast<std::uint16_t>(port)};
}

std::string path_prefix(const std::string& public_url) {
  const auto slash = public_url.find('/', public_url.find("://") + 3);
  return slash == std::string::npos ? std::string() : public_url.substr(slash);
}

bool is_loopback(const std::string& listen) {
  const auto host = split_listen(listen).first;
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace oprag::app

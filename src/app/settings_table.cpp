// The table of settings: names, defaults, help, and what each text becomes.
#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "app/settings.hpp"
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

using Bucket = blobs::BucketSettings;
using limits::Limits;
using Model = models::OpenAiOptions;
using Bedrock = models::BedrockOptions;
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
    {"embedder", "minilm",
     "minilm (built in), openai (embedder_url), bedrock (Titan; bedrock_…), none (keyword search only)", false,
     [](Settings& s, const std::string& v) {
       return word<&Settings::embedder>(s, v, {"minilm", "openai", "bedrock", "none"});
     }},
    {"embedder_dir", "", "directory with model.onnx and vocab.txt; empty: beside the program", false,
     path<&Settings::embedder_dir>},
    {"onnxruntime", "", "libonnxruntime.so; empty: beside the program", false, path<&Settings::onnxruntime>},
    {"embedder_url", "", "OpenAI-compatible server for embeddings", false,
     url<&Settings::embedder_server, &Model::base_url>},
    {"embedder_model", "", "its model; on Bedrock amazon.titan-embed-text-v2:0", false,
     text<&Settings::embedder_server, &Model::model>},
    {"embedder_dimension", "1024", "length of Bedrock's vectors: 256, 512, 1024", false,
     [](Settings& s, const std::string& v) {
       return word<&Settings::embedder_dimension>(s, v, {"256", "512", "1024"});
     }},
    {"embedder_key", "", "its API key", true, secret<&Settings::embedder_server, &Model::api_key>},
    {"model_service", "openai", "what serves the model for answers: openai (model_url), bedrock (Converse; bedrock_…)",
     false,
     [](Settings& s, const std::string& v) { return word<&Settings::model_service>(s, v, {"openai", "bedrock"}); }},
    {"model_url", "", "OpenAI-compatible server for answers; empty: extractive answers", false,
     url<&Settings::model_server, &Model::base_url>},
    {"model_name", "", "its model; on Bedrock a model id, inference profile or ARN", false,
     text<&Settings::model_server, &Model::model>},
    {"model_key", "", "its API key", true, secret<&Settings::model_server, &Model::api_key>},
    {"bedrock_region", "", "region of Amazon Bedrock: eu-central-1", false, text<&Settings::bedrock, &Bedrock::region>},
    {"bedrock_url", "", "its runtime's URL, when it is not the region's public one", false,
     url<&Settings::bedrock, &Bedrock::base_url>},
    {"bedrock_api_key", "", "API key of Bedrock; otherwise the access key", true,
     secret<&Settings::bedrock, &Bedrock::api_key>},
    {"bedrock_access_key", "", "access key that may invoke the models", true,
     text<&Settings::bedrock, &Bedrock::access_key>},
    {"bedrock_secret_key", "", "its secret", true, secret<&Settings::bedrock, &Bedrock::secret_key>},
    {"bedrock_session_token", "", "of temporary credentials", true,
     secret<&Settings::bedrock, &Bedrock::session_token>},
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

}  // namespace

const std::vector<Setting>& setting_table() {
  return table;
}

}  // namespace oprag::app

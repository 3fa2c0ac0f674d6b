// Every setting, declared once: name, default, help and check. oprag.toml < environment (OPRAG_NAME) < command line.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "blobs/s3_store.hpp"
#include "features/billing/plans.hpp"
#include "features/limits/rate_limits.hpp"
#include "mail/mailer.hpp"
#include "models/bedrock.hpp"
#include "models/openai.hpp"

namespace oprag::app {

struct Settings {
  std::string listen;  // HOST:PORT
  std::filesystem::path data_dir;
  std::string
      public_url;  // scheme://host[:port][/prefix], no trailing slash; in every generated URL, issuer, signature
  std::vector<std::string> trusted_proxies;
  std::string tls_certificate, tls_key;  // PEM files; both or none
  std::string signup;                    // open, invite, closed; empty: open on loopback, else refuse to start
  std::string environment;               // as /config shows it
  std::string region;
  Secret database;                    // empty: SQLite in data_dir; otherwise postgresql://…
  std::string objects;                // disk, s3
  std::filesystem::path objects_dir;  // empty: data_dir/objects; otherwise one that the nodes of one installation share
  blobs::BucketSettings bucket;       // of objects = s3
  std::filesystem::path secrets_dir;  // empty: data_dir/secrets
  std::int64_t upload_limit = 0;      // bytes
  std::string embedder;               // minilm, none, openai, bedrock
  std::filesystem::path embedder_dir, onnxruntime;
  models::OpenAiOptions embedder_server;  // of embedder = openai
  models::OpenAiOptions model_server;     // of model_service = openai; no URL: extractive answers
  std::string model_service;              // openai, bedrock
  models::BedrockOptions bedrock;         // its model is the one of embedder_server or of model_server
  std::string embedder_dimension;         // of embedder = bedrock: 256, 512, 1024
  bool model_leaves_machine = true;
  std::string fallback;  // none, extractive
  bool rag = true;
  std::int64_t workers = 0;                              // indexing threads
  std::string issuer, issuer_kind, issuer_tenant_claim;  // an external OIDC issuer beside the built-in one
  std::vector<std::string> issuer_client_ids;
  // Of tools that sign people in here: as the installation's own client, and as clients of their own ("ID URI").
  std::vector<std::string> redirect_uris, oauth_clients;
  mail::SmtpSettings smtp;  // no URL: no mail is sent
  Secret metrics_token;
  std::string widget_cdn_url;
  std::int64_t archive_days = 0;
  limits::Limits limits;
  std::vector<billing::Plan> plans;
  std::string default_plan;
  std::string log_level;

  // The model that answers; empty: extractive answers.
  std::string chat_model() const {
    return model_service == "openai" && model_server.base_url.empty() ? std::string() : model_server.model;
  }

  std::map<std::string, std::string> shown;  // every setting as text, secrets as ***: for `oprag config`
  std::filesystem::path program_dir;         // where the program lies, with its libraries and model; not a setting
};

// One row of the table.
struct Setting {
  std::string_view name;  // snake_case, as in oprag.toml
  std::string_view fallback;
  std::string_view help;
  bool secret = false;
  // Sets the member from text; an error in words, or nothing.
  std::optional<std::string> (*set)(Settings&, const std::string& text);
};

const std::vector<Setting>& setting_table();
// "OPRAG_DATA_DIR" for "data_dir".
std::string environment_name(std::string_view setting);

// By setting name; what is absent takes its default. An unknown name, a value that fails its check, or two that
// contradict each other is a std::invalid_argument whose words can be shown.
struct Sources {
  std::map<std::string, std::string> file, environment, flags;
};
Settings resolve(const Sources& sources);
// Reads the file (missing is empty unless `required`) and the process's environment.
std::map<std::string, std::string> read_file(const std::filesystem::path& path, bool required);
std::map<std::string, std::string> read_environment(char** environment);

// "/prefix" of "https://host/prefix"; empty when there is none.
std::string path_prefix(const std::string& public_url);
bool is_loopback(const std::string& listen);
std::pair<std::string, std::uint16_t> split_listen(const std::string& listen);

}  // namespace oprag::app

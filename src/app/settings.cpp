#include "app/settings.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"

namespace oprag::app {
namespace {

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

void check_bedrock(const Settings& s) {
  if (s.embedder != "bedrock" && s.model_service != "bedrock") return;
  const auto& bedrock = s.bedrock;
  if (bedrock.region.empty()) throw std::invalid_argument("Bedrock needs bedrock_region");
  if (bedrock.api_key.empty() && (bedrock.access_key.empty() || bedrock.secret_key.empty())) {
    throw std::invalid_argument("Bedrock needs bedrock_api_key, or bedrock_access_key and bedrock_secret_key");
  }
  if (s.model_service == "bedrock" && s.model_server.model.empty()) {
    throw std::invalid_argument("model_service = bedrock needs model_name");
  }
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

const Setting* find(std::string_view name) {
  const auto& table = setting_table();
  const auto it = std::ranges::find(table, name, &Setting::name);
  return it == table.end() ? nullptr : &*it;
}

}  // namespace

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
  for (const auto& setting : setting_table()) {
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
  check_bedrock(out);
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
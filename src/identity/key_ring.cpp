#include "identity/key_ring.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/environment.hpp"
#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::identity {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

[[noreturn]] void fail(const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), "cannot keep a secret in " + path.string());
}

// Whole and on disk, under a name of its own that is returned.
fs::path written(const fs::path& directory, const std::string& name, const std::string& contents) {
  const auto temporary = directory / ("." + name + "." + random_base62(12));
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) fail(directory / name);
  const bool good =
      ::write(fd, contents.data(), contents.size()) == static_cast<ssize_t>(contents.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (good) return temporary;
  ::unlink(temporary.c_str());
  fail(directory / name);
}

void sync(const fs::path& directory) {
  const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ::fsync(folder);
  ::close(folder);
}

void replace(const fs::path& directory, const std::string& name, const std::string& contents) {
  const auto temporary = written(directory, name, contents);
  if (::rename(temporary.c_str(), (directory / name).c_str()) != 0) fail(directory / name);
  sync(directory);
}

constexpr std::array key_files = {"id-token-key.pem", "access-token-key.pem"};
constexpr auto retired_file = "retired-token-keys.json";

crypto::VerificationKey named(crypto::RsaKey key) {
  auto kid = crypto::base64url_encode(crypto::sha256(key.modulus()).substr(0, 16));
  return {std::move(kid), std::move(key)};
}

// Public keys, each with the time at which another took its place; those of too long ago are left out.
bj::array retired(const fs::path& directory, Timestamp now) {
  bj::array out;
  if (!fs::exists(directory / retired_file)) return out;
  const auto document = bj::parse(read_file(directory / retired_file));
  for (const auto& key : document.at("keys").as_array()) {
    if (key.at("retired_at").as_int64() + retired_keys_ms > now.ms) out.push_back(key);
  }
  return out;
}

}  // namespace

std::string kept_secret(const fs::path& directory, const std::string& name, const std::string& fresh) {
  fs::create_directories(directory);
  ::chmod(directory.c_str(), 0700);
  const auto path = directory / name;
  if (!fs::exists(path)) {
    // Written whole under another name, then linked: only one of two processes wins, and nobody reads half a secret.
    const auto temporary = written(directory, name, fresh);
    const bool linked = ::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST;
    ::unlink(temporary.c_str());
    if (!linked) fail(path);
    sync(directory);
  }
  auto out = read_file(path);
  if (out.empty()) throw std::runtime_error("the secret " + path.string() + " is empty; restore it from a backup");
  return out;
}

KeyRing::KeyRing(const fs::path& directory, const std::string& region, std::string public_url, Timestamp now)
    : public_url_(std::move(public_url)) {
  pool_id_ = kept_secret(directory, "user-pool-id", region + "_" + random_base62(9));
  client_id_ = kept_secret(directory, "client-id", ascii_lower(random_base62(26)));
  master_ = kept_secret(directory, "master-key", crypto::hex_encode(random_bytes(32)));
  admin_key_ = {kept_secret(directory, "admin-access-key-id", "OPRAG" + random_base62(15)),
                kept_secret(directory, "admin-secret-access-key", random_base62(40))};
  for (const auto* name : key_files) {
    const auto fresh = fs::exists(directory / name) ? std::string() : crypto::RsaKey::generate().to_pem();
    keys_.push_back(named(crypto::RsaKey::from_pem(kept_secret(directory, name, fresh))));
  }
  const auto before = retired(directory, now);
  for (auto& key : crypto::read_jwks(bj::serialize(bj::object{{"keys", before}}))) {
    if (!key_of(key.kid)) keys_.push_back(std::move(key));
  }
}

// The old public keys first: whatever happens in between, none that has signed is forgotten.
void KeyRing::rotate(const fs::path& directory, Timestamp now) {
  auto keys = retired(directory, now);
  for (const auto* name : key_files) {
    if (!fs::exists(directory / name)) throw std::runtime_error("there are no keys in " + directory.string());
    const auto [kid, key] = named(crypto::RsaKey::from_pem(read_file(directory / name)));
    auto jwk = crypto::jwk_of(kid, key);
    jwk["retired_at"] = now.ms;
    keys.push_back(std::move(jwk));
  }
  replace(directory, retired_file, bj::serialize(bj::object{{"keys", keys}}));
  for (const auto* name : key_files) replace(directory, name, crypto::RsaKey::generate().to_pem());
}

const crypto::RsaKey* KeyRing::key_of(std::string_view kid) const {
  const auto found = std::ranges::find(keys_, kid, &crypto::VerificationKey::kid);
  return found == keys_.end() ? nullptr : &found->key;
}

std::string KeyRing::key_for(std::string_view purpose) const {
  return crypto::derive_key(master_, purpose);
}

}  // namespace oprag::identity

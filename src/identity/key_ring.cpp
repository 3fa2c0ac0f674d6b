#include "identity/key_ring.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

[[noreturn]] void fail(const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), "cannot keep a secret in " + path.string());
}

}  // namespace

std::string kept_secret(const fs::path& directory, const std::string& name, const std::string& fresh) {
  fs::create_directories(directory);
  ::chmod(directory.c_str(), 0700);
  const auto path = directory / name;
  if (!fs::exists(path)) {
    // Written whole under another name, then linked: only one of two processes wins, and nobody reads half a secret.
    const auto temporary = directory / ("." + name + "." + random_base62(12));
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) fail(path);
    const bool written =
        ::write(fd, fresh.data(), fresh.size()) == static_cast<ssize_t>(fresh.size()) && ::fsync(fd) == 0;
    ::close(fd);
    const bool linked = written && (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
    ::unlink(temporary.c_str());
    if (!linked) fail(path);
    const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::fsync(folder);
    ::close(folder);
  }
  auto out = read_file(path);
  if (out.empty()) throw std::runtime_error("the secret " + path.string() + " is empty; restore it from a backup");
  return out;
}

KeyRing::KeyRing(const fs::path& directory, const std::string& region, std::string public_url)
    : public_url_(std::move(public_url)) {
  pool_id_ = kept_secret(directory, "user-pool-id", region + "_" + random_base62(9));
  client_id_ = kept_secret(directory, "client-id", ascii_lower(random_base62(26)));
  master_ = kept_secret(directory, "master-key", crypto::hex_encode(random_bytes(32)));
  admin_key_ = {kept_secret(directory, "admin-access-key-id", "OPRAG" + random_base62(15)),
                kept_secret(directory, "admin-secret-access-key", random_base62(40))};
  for (const auto* name : {"id-token-key.pem", "access-token-key.pem"}) {
    const auto known = fs::exists(directory / name) ? std::string() : crypto::RsaKey::generate().to_pem();
    auto key = crypto::RsaKey::from_pem(kept_secret(directory, name, known));
    const auto kid = crypto::base64url_encode(crypto::sha256(key.modulus()).substr(0, 16));
    keys_.push_back({kid, std::move(key)});
  }
}

std::string KeyRing::key_for(std::string_view purpose) const {
  return crypto::derive_key(master_, purpose);
}

}  // namespace oprag::identity

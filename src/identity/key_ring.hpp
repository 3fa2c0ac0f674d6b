// What the built-in provider signs with and calls itself: made at the first start, kept in the secrets directory.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.hpp"
#include "crypto/jwt.hpp"
#include "crypto/sigv4.hpp"

namespace oprag::identity {

// A file of mode 0600 in a directory of mode 0700; `fresh` is what it holds when it is not there yet. Two processes
// that start at once end with the same contents.
std::string kept_secret(const std::filesystem::path& directory, const std::string& name, const std::string& fresh);

// Tokens live an hour; a server has a day to be started again with the keys that replaced these.
inline constexpr std::int64_t retired_keys_ms = day_ms;

class KeyRing {
 public:
  // `public_url`: the issuer is public_url/userPoolId. `now`: keys retired long before are left out.
  KeyRing(const std::filesystem::path& directory, const std::string& region, std::string public_url,
          Timestamp now = system_now());

  // New keys to sign tokens with, from the next start on. What the old ones signed stays good for its time.
  static void rotate(const std::filesystem::path& directory, Timestamp now);

  const std::string& pool_id() const noexcept { return pool_id_; }
  // The part of the pool id after the underscore: what SRP hashes.
  std::string pool_name() const { return pool_id_.substr(pool_id_.find('_') + 1); }
  const std::string& client_id() const noexcept { return client_id_; }
  const std::string& public_url() const noexcept { return public_url_; }
  std::string issuer() const { return public_url_ + "/" + pool_id_; }
  // 32 bytes for one purpose, from the installation's secret.
  std::string key_for(std::string_view purpose) const;

  // Signs the operations of administrators.
  const crypto::SigningKey& admin_key() const noexcept { return admin_key_; }
  const crypto::VerificationKey& id_key() const { return keys_[0]; }
  const crypto::VerificationKey& access_key() const { return keys_[1]; }
  // These, then those that were retired lately.
  const std::vector<crypto::VerificationKey>& keys() const noexcept { return keys_; }
  // Null for none.
  const crypto::RsaKey* key_of(std::string_view kid) const;

 private:
  std::string public_url_, pool_id_, client_id_, master_;
  crypto::SigningKey admin_key_;
  std::vector<crypto::VerificationKey> keys_;
};

}  // namespace oprag::identity

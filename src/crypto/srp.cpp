#include "crypto/srp.hpp"

#include <openssl/bn.h>

#include <memory>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::crypto {
namespace {

struct Free {
  void operator()(BIGNUM* n) const { BN_clear_free(n); }
  void operator()(BN_CTX* c) const { BN_CTX_free(c); }
};
using Number = std::unique_ptr<BIGNUM, Free>;

// The 3072-bit MODP group of RFC 3526, generator 2.
const BIGNUM* prime() {
  static const Number n(BN_get_rfc3526_prime_3072(nullptr));
  return n.get();
}

Number number(std::string_view big_endian) {
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(big_endian.data()),
                          static_cast<int>(big_endian.size()), nullptr));
}

std::string bytes_of(const BIGNUM* n) {
  std::string out(static_cast<std::size_t>(BN_num_bytes(n)), '\0');
  BN_bn2bin(n, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

// Minimal big-endian bytes, with a zero in front when the top bit is set: how the clients hash numbers.
std::string pad(std::string bytes) {
  bytes.erase(0, std::min(bytes.find_first_not_of('\0'), bytes.size()));
  if (bytes.empty() || (static_cast<unsigned char>(bytes.front()) & 0x80) != 0) bytes.insert(bytes.begin(), '\0');
  return bytes;
}

struct Group {
  std::unique_ptr<BN_CTX, Free> context{BN_CTX_new()};
  Number g = number("\x02");
  Number k = number(sha256(pad(bytes_of(prime())) + pad("\x02")));

  Number power(const BIGNUM* base, const BIGNUM* exponent) const {
    Number out(BN_new());
    BN_mod_exp_mont_consttime(out.get(), base, exponent, prime(), context.get(), nullptr);
    return out;
  }
  Number product(const BIGNUM* a, const BIGNUM* b) const {
    Number out(BN_new());
    BN_mod_mul(out.get(), a, b, prime(), context.get());
    return out;
  }
};

// B = k·v + g^b
Number public_b(const Group& group, const BIGNUM* v, const BIGNUM* b) {
  Number out(BN_new());
  BN_mod_add(out.get(), group.product(group.k.get(), v).get(), group.power(group.g.get(), b).get(), prime(),
             group.context.get());
  return out;
}

}  // namespace

SrpVerifier make_srp_verifier(std::string_view pool_name, std::string_view user, std::string_view password,
                              std::string_view salt) {
  const Group group;
  const auto identity = sha256(std::string(pool_name).append(user).append(":").append(password));
  const auto x = number(sha256(pad(std::string(salt)) + identity));
  return {std::string(salt), bytes_of(group.power(group.g.get(), x.get()).get())};
}

SrpChallenge make_srp_challenge(const SrpVerifier& verifier, std::string_view random) {
  const Group group;
  const auto b = number(random), v = number(verifier.verifier);
  auto hex = hex_encode(bytes_of(public_b(group, v.get(), b.get()).get()));
  hex.erase(0, hex.find_first_not_of('0'));
  return {std::string(random), hex};
}

std::optional<std::string> srp_session_key(const SrpVerifier& verifier, std::string_view public_a_hex,
                                           std::string_view secret_b) {
  const auto a_bytes =
      hex_decode(public_a_hex.size() % 2 != 0 ? "0" + std::string(public_a_hex) : std::string(public_a_hex));
  if (!a_bytes || a_bytes->empty() || a_bytes->size() > 385) return {};
  const Group group;
  const auto a = number(*a_bytes), b = number(secret_b), v = number(verifier.verifier);
  Number rest(BN_new());
  BN_mod(rest.get(), a.get(), prime(), group.context.get());
  if (BN_is_zero(rest.get())) return {};
  const auto public_b_bytes = bytes_of(public_b(group, v.get(), b.get()).get());
  const auto u_bytes = sha256(pad(*a_bytes) + pad(public_b_bytes));
  const auto u = number(u_bytes);
  if (BN_is_zero(u.get())) return {};
  const auto base = group.product(a.get(), group.power(v.get(), u.get()).get());
  const auto s = group.power(base.get(), b.get());
  const auto prk = hmac_sha256(pad(u_bytes), pad(bytes_of(s.get())));
  return hmac_sha256(prk, std::string("Caldera Derived Key") + '\x01').substr(0, 16);
}

std::string srp_signature(std::string_view key, std::string_view pool_name, std::string_view user,
                          std::string_view secret_block, std::string_view timestamp) {
  return base64_encode(hmac_sha256(key, std::string(pool_name).append(user).append(secret_block).append(timestamp)));
}

}  // namespace oprag::crypto

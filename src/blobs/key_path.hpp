// Keys as paths and back. A key "a b/c" lies in "a%20b+/c": directories end in "+", which no encoded name does, so that
// "a" and "a/b" can both be objects and no key reaches outside.
#pragma once
#include <filesystem>
#include <functional>
#include <string>

namespace oprag::blobs {

// Throws std::invalid_argument for what is no key: empty, over 900 bytes, with a segment "." or "..", or with NUL.
std::filesystem::path key_path(const std::filesystem::path& root, const std::string& key);

// Calls `visit` for each key under `root` that begins with `prefix` and comes after `after`, in byte order, until it
// returns false.
void walk_keys(const std::filesystem::path& root, const std::string& prefix, const std::string& after,
               const std::function<bool(const std::string& key)>& visit);

}  // namespace oprag::blobs

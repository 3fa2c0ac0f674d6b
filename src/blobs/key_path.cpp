#include "blobs/key_path.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "crypto/encoding.hpp"

namespace oprag::blobs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_key = 900, longest_name = 250;  // bytes

std::string encoded(std::string_view segment) {
  if (segment == "." || segment == "..") throw std::invalid_argument("not an object key");
  auto out = segment.empty() ? "%" : crypto::uri_encode(segment);
  if (out.size() > longest_name) throw std::invalid_argument("a part of the object key is too long");
  return out;
}

std::string decoded(const std::string& name) {
  return name == "%" ? "" : crypto::uri_decode(name).value_or("");
}

struct Walk {
  const std::string& prefix;
  const std::string& after;
  const std::function<bool(const std::string&)>& visit;

  bool directory(const fs::path& path, const std::string& at) const {
    std::vector<std::pair<std::string, fs::path>> entries;  // a directory's key ends in "/"
    std::error_code gone;
    for (fs::directory_iterator it(path, gone), end; !gone && it != end; it.increment(gone)) {
      auto name = it->path().filename().string();
      const bool inner = name.ends_with('+');
      if (inner) name.pop_back();
      entries.emplace_back(at + decoded(name) + (inner ? "/" : ""), it->path());
    }
    if (gone && gone != std::errc::no_such_file_or_directory) throw fs::filesystem_error("cannot list", path, gone);
    std::ranges::sort(entries);
    for (const auto& [key, where] : entries) {
      if (where.filename().string().ends_with('+')) {
        const bool reached = key.starts_with(prefix) || prefix.starts_with(key);
        const bool passed = key <= after && !after.starts_with(key);
        if (reached && !passed && !directory(where, key)) return false;
      } else if (key.starts_with(prefix) && key > after && !visit(key)) {
        return false;
      }
    }
    return true;
  }
};

}  // namespace

fs::path key_path(const fs::path& root, const std::string& key) {
  if (key.empty() || key.size() > longest_key || key.front() == '/' || key.find('\0') != std::string::npos)
    throw std::invalid_argument("not an object key");
  auto out = root;
  std::size_t from = 0;
  for (auto slash = key.find('/'); slash != std::string::npos; slash = key.find('/', from)) {
    out /= encoded(std::string_view(key).substr(from, slash - from)) + "+";
    from = slash + 1;
  }
  return out / encoded(std::string_view(key).substr(from));
}

void walk_keys(const fs::path& root, const std::string& prefix, const std::string& after,
               const std::function<bool(const std::string&)>& visit) {
  Walk{prefix, after, visit}.directory(root, "");
}

}  // namespace oprag::blobs

// The parts of an Office file: a ZIP archive read with every limit that a bomb would like us to forget.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "text/document.hpp"

struct zip;

namespace oprag::text {

class Archive {
 public:
  // damaged_file, password_protected or unpacks_too_large.
  static std::expected<Archive, ReadError> open(const std::string& bytes, const Limits& limits);
  // The part's bytes; nothing for one that is not there. Throws ReadError when it lies about its size.
  std::optional<std::string> part(const std::string& name) const;
  const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  struct Close {
    void operator()(zip* z) const;
  };
  Archive() = default;
  std::unique_ptr<zip, Close> zip_;
  std::vector<std::string> names_;
  std::map<std::string, std::int64_t> sizes_;
};

}  // namespace oprag::text

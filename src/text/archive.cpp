#include "text/archive.hpp"

#include <zip.h>

#include <algorithm>

namespace oprag::text {
namespace {

constexpr std::int64_t ratio_from = 1'000'000;  // bytes: smaller parts may be as repetitive as they like

ReadError damaged() {
  return {"damaged_file", "The file is damaged or cut short; save it again and upload that"};
}
ReadError too_large() {
  return {"unpacks_too_large", "The file unpacks to more than is allowed"};
}

bool is_unsafe(const std::string& name) {
  return name.empty() || name.size() > 512 || name.front() == '/' || name.find("..") != std::string::npos ||
         name.find('\\') != std::string::npos;
}

}  // namespace

void Archive::Close::operator()(zip* z) const {
  zip_discard(z);
}

std::expected<Archive, ReadError> Archive::open(const std::string& bytes, const Limits& limits) {
  zip_error_t error;
  zip_error_init(&error);
  auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (!source) return std::unexpected(damaged());
  Archive out;
  out.zip_.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (!out.zip_) {
    zip_source_free(source);
    return std::unexpected(damaged());
  }
  const auto count = zip_get_num_entries(out.zip_.get(), 0);
  if (count > limits.archive_entries) return std::unexpected(too_large());
  std::int64_t packed = 0, unpacked = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t s;
    if (zip_stat_index(out.zip_.get(), static_cast<zip_uint64_t>(i), 0, &s) != 0 || !s.name)
      return std::unexpected(damaged());
    const std::string name = s.name;
    if (is_unsafe(name)) return std::unexpected(damaged());
    if (s.encryption_method != ZIP_EM_NONE) {
      return std::unexpected(ReadError{"password_protected", "The file needs a password; upload one without"});
    }
    packed += static_cast<std::int64_t>(s.comp_size);
    unpacked += static_cast<std::int64_t>(s.size);
    if (unpacked > limits.unpacked_bytes || static_cast<std::int64_t>(s.size) < 0) return std::unexpected(too_large());
    if (!out.sizes_.emplace(name, static_cast<std::int64_t>(s.size)).second) return std::unexpected(damaged());
    out.names_.push_back(name);
  }
  // Entries that overlap claim more packed bytes than the file has.
  if (packed > static_cast<std::int64_t>(bytes.size())) return std::unexpected(too_large());
  if (unpacked > ratio_from && unpacked > limits.unpack_ratio * std::max<std::int64_t>(packed, 1))
    return std::unexpected(too_large());
  std::ranges::sort(out.names_);
  return out;
}

std::optional<std::string> Archive::part(const std::string& name) const {
  const auto known = sizes_.find(name);
  if (known == sizes_.end()) return {};
  const auto index = zip_name_locate(zip_.get(), name.c_str(), 0);
  if (index < 0) return {};
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
      zip_fopen_index(zip_.get(), static_cast<zip_uint64_t>(index), 0), zip_fclose);
  if (!file) throw damaged();
  std::string out(static_cast<std::size_t>(known->second), '\0');
  std::size_t filled = 0;
  while (filled < out.size()) {
    const auto got = zip_fread(file.get(), out.data() + filled, out.size() - filled);
    if (got <= 0) throw damaged();
    filled += static_cast<std::size_t>(got);
  }
  char more = 0;
  if (zip_fread(file.get(), &more, 1) != 0) throw too_large();  // longer than its directory says
  return out;
}

}  // namespace oprag::text

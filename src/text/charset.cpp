#include <uchardet.h>
#include <unicode/ucnv.h>

#include <memory>

#include "base/text.hpp"
#include "text/formats.hpp"

namespace oprag::text {
namespace {

std::string convert(std::string_view bytes, const char* charset) {
  UErrorCode failed = U_ZERO_ERROR;
  const auto length =
      ucnv_convert("UTF-8", charset, nullptr, 0, bytes.data(), static_cast<int32_t>(bytes.size()), &failed);
  if (failed != U_BUFFER_OVERFLOW_ERROR && U_FAILURE(failed)) return std::string(bytes);
  std::string out(static_cast<std::size_t>(length) + 1, '\0');
  failed = U_ZERO_ERROR;
  ucnv_convert("UTF-8", charset, out.data(), static_cast<int32_t>(out.size()), bytes.data(),
               static_cast<int32_t>(bytes.size()), &failed);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

struct Free {
  void operator()(uchardet_t d) const { uchardet_delete(d); }
};

}  // namespace

std::string to_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf")) return std::string(bytes.substr(3));
  if (bytes.starts_with(std::string_view("\xff\xfe\0\0", 4)) ||
      bytes.starts_with(std::string_view("\0\0\xfe\xff", 4))) {
    return convert(bytes, "UTF-32");
  }
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) return convert(bytes, "UTF-16");
  if (is_valid_utf8(bytes)) return std::string(bytes);
  const std::unique_ptr<std::remove_pointer_t<uchardet_t>, Free> detector(uchardet_new());
  uchardet_handle_data(detector.get(), bytes.data(), std::min<std::size_t>(bytes.size(), 1 << 20));
  uchardet_data_end(detector.get());
  const std::string charset = uchardet_get_charset(detector.get());
  return convert(bytes, charset.empty() || charset == "UTF-8" ? "windows-1252" : charset.c_str());
}

}  // namespace oprag::text

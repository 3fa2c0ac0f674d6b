// How a browser is told to show an object: only what cannot run is shown in place.
#pragma once
#include <string>

#include "blobs/object_store.hpp"
#include "crypto/encoding.hpp"

namespace oprag::blobs {

inline std::string disposition_of(const Presentation& as) {
  const bool shown = as.content_type == "application/pdf" || as.content_type == "text/plain" ||
                     as.content_type == "image/png" || as.content_type == "image/jpeg";
  return std::string(shown ? "inline" : "attachment") + "; filename*=UTF-8''" + crypto::uri_encode(as.filename);
}

}  // namespace oprag::blobs

// The HTTP face of the built-in store: presigned PUT, GET and HEAD, answered as S3 answers them, CORS included. Takes
// its requests from a streamed mount: an upload never lies in memory.
#pragma once
#include <string>

#include "blobs/disk_store.hpp"
#include "http/message.hpp"

namespace oprag::blobs {

class PresignedRequests {
 public:
  // `path_prefix`: where the mount stands as the server sees paths ("/_objects"); `store` knows the public base.
  PresignedRequests(DiskStore& store, std::string path_prefix, Clock clock);
  http::Response answer(const http::Request& request);
  const std::string& path_prefix() const noexcept { return path_prefix_; }

 private:
  http::Response put(const http::Request& request, const std::string& key);
  http::Response get(const http::Request& request, const std::string& key);

  DiskStore& store_;
  std::string path_prefix_;
  Clock clock_;
};

}  // namespace oprag::blobs

// The HTTP face of the built-in store: the subset of S3 that presigned URLs, backups and common clients use, under one
// bucket and path-style addresses. The store's own URLs allow one PUT or GET of one key; the operator's access key, by
// signed headers or URLs of its own, allows everything. Takes its requests from a streamed mount: no upload lies in
// memory.
#pragma once
#include <string>

#include "blobs/disk_store.hpp"
#include "blobs/multipart.hpp"
#include "blobs/s3_body.hpp"
#include "http/message.hpp"

namespace oprag::blobs {

class S3Requests {
 public:
  // `path_prefix`: where the mount stands as the server sees paths ("/_objects"); `store` knows the public base.
  S3Requests(DiskStore& store, std::string path_prefix, Clock clock);
  http::Response answer(const http::Request& request);
  const std::string& path_prefix() const noexcept { return path_prefix_; }

 private:
  struct Visit {
    const http::Request& request;
    std::string bucket, key;
    bool by_operator = false;
    std::optional<ChunkKey> chunk_key;  // when headers are signed
  };

  http::Response respond(const http::Request& request);
  void authenticate(Visit& visit, const std::string& path) const;
  http::Response presigned(Visit& visit);
  http::Response service(Visit& visit);
  http::Response bucket(Visit& visit);
  http::Response object(Visit& visit);

  // s3_objects.cpp
  http::Response put(Visit& visit, std::int64_t limit);
  http::Response get(Visit& visit);
  http::Response copy(Visit& visit);
  http::Response remove(Visit& visit);
  ObjectFile copy_source(Visit& visit) const;
  // s3_listing.cpp
  http::Response list(Visit& visit);
  http::Response remove_many(Visit& visit);
  // s3_multipart.cpp
  http::Response begin_multipart(Visit& visit);
  http::Response put_part(Visit& visit);
  http::Response complete_multipart(Visit& visit);
  http::Response list_parts(Visit& visit);
  http::Response list_multiparts(Visit& visit);

  DiskStore& store_;
  MultipartUploads multiparts_;
  std::string path_prefix_;
  Clock clock_;
};

// What the headers of a PUT, POST ?uploads or copy say about the object.
ObjectNotes notes_of(const http::Request& request);
std::string quoted(const std::string& etag);

}  // namespace oprag::blobs

// PUT, GET, HEAD, DELETE and copy of one object.
#include <algorithm>

#include "base/text.hpp"
#include "blobs/s3_answers.hpp"
#include "blobs/s3_requests.hpp"
#include "crypto/encoding.hpp"
#include "http/wire.hpp"

namespace oprag::blobs {

using http::Request;
using http::Response;

namespace {

constexpr std::size_t piece = 256 * 1024;
constexpr std::string_view metadata_prefix = "x-amz-meta-";
constexpr std::size_t most_metadata = 2048;  // bytes of names and values, as S3's

S3Error no_such_key() {
  return {404, "NoSuchKey", "The specified key does not exist"};
}

// By the conditions of a write, under the key's lock.
void admit(const Request& request, const std::optional<ObjectFile>& current) {
  if (current) {
    check_conditions(request, current->info().etag, current->info().modified.ms, false);
  } else if (request.headers.contains("If-Match")) {
    throw no_such_key();
  }
}

void add_checksums(Response& response, const ObjectNotes& notes) {
  for (const auto& [name, value] : notes.checksums) response.headers.set("x-amz-checksum-" + name, value);
  if (!notes.checksums.empty())
    response.headers.set("x-amz-checksum-type", notes.checksum_type.empty() ? "FULL_OBJECT" : notes.checksum_type);
}

}  // namespace

std::string quoted(const std::string& etag) {
  return "\"" + etag + "\"";
}

ObjectNotes notes_of(const Request& request) {
  ObjectNotes out;
  out.content_type = request.headers["Content-Type"];
  std::size_t size = 0;
  for (const auto& [name, value] : request.headers) {
    const auto lower = ascii_lower(name);
    if (!lower.starts_with(metadata_prefix)) continue;
    out.metadata.emplace_back(lower.substr(metadata_prefix.size()), value);
    size += name.size() - metadata_prefix.size() + value.size();
  }
  if (size > most_metadata) throw S3Error(400, "MetadataTooLarge", "Metadata may take 2 KB");
  return out;
}

Response S3Requests::put(Visit& visit, std::int64_t limit) {
  const auto& request = visit.request;
  const auto confirmed = [] {
    return S3Error(403, "AccessDenied", "The upload was confirmed; its URL is no longer good");
  };
  if (!visit.by_operator && !DiskStore::unless_sealed(store_.open(visit.key))) throw confirmed();
  DiskStore::Upload upload(store_, visit.key);
  const auto body = receive_body(request, visit.chunk_key, limit, [&](std::string_view bytes) { upload.write(bytes); });
  // Whoever holds an upload URL says nothing about an object but its bytes.
  auto notes = visit.by_operator ? notes_of(request) : ObjectNotes{};
  notes.checksums = body.checksums;
  const auto info = upload.finish(notes, [&](const std::optional<ObjectFile>& current) {
    admit(request, current);
    return visit.by_operator || DiskStore::unless_sealed(current);
  });
  if (!info) throw confirmed();
  Response out;
  out.headers.set("ETag", quoted(info->etag));
  add_checksums(out, notes);
  return out;
}

Response S3Requests::get(Visit& visit) {
  const auto& request = visit.request;
  const auto object = store_.open(visit.key);
  if (!object) throw no_such_key();
  const auto& info = object->info();
  check_conditions(request, info.etag, info.modified.ms, true);

  Response out;
  const auto or_else = [](std::string_view value, std::string_view otherwise) {
    return std::string(value.empty() ? otherwise : value);
  };
  const auto asked = [&](std::string_view name) { return request.query_value(name).value_or(""); };
  out.headers.set("ETag", quoted(info.etag));
  out.headers.set("Last-Modified", http::http_date(info.modified.ms / 1000));
  out.headers.set("Accept-Ranges", "bytes");
  out.headers.set("Content-Type", or_else(asked("response-content-type"),
                                          or_else(object->notes().content_type, "application/octet-stream")));
  out.headers.set("Content-Disposition", or_else(asked("response-content-disposition"), "attachment"));
  out.headers.set("Cache-Control", or_else(asked("response-cache-control"), "private, no-store"));
  for (const auto& [name, value] : object->notes().metadata)
    out.headers.set(std::string(metadata_prefix) + name, value);

  auto range = range_of(request.headers["Range"], info.size);
  if (range) {
    out.status = 206;
    out.headers.set("Content-Range", "bytes " + std::to_string(range->first) + "-" + std::to_string(range->last) + "/" +
                                         std::to_string(info.size));
  } else {
    range = ByteRange{0, info.size - 1};
    if (ascii_lower(request.headers["x-amz-checksum-mode"]) == "enabled") add_checksums(out, object->notes());
  }
  const auto length = range->last - range->first + 1;
  out.length = static_cast<std::uint64_t>(length);
  out.stream = [object = *object, from = range->first, length](http::BodyWriter& writer) {
    std::string buffer;
    for (auto at = from; at < from + length; at += static_cast<std::int64_t>(buffer.size())) {
      buffer.resize(std::min(piece, static_cast<std::size_t>(from + length - at)));
      object.read(at, buffer);
      writer.write(buffer);
    }
  };
  return out;
}

// The object that x-amz-copy-source names, held open.
ObjectFile S3Requests::copy_source(Visit& visit) const {
  auto source = crypto::uri_decode(visit.request.headers["x-amz-copy-source"]).value_or("");
  if (source.starts_with('/')) source.erase(0, 1);
  const auto bucket = store_.bucket() + "/";
  if (!source.starts_with(bucket)) throw S3Error(404, "NoSuchBucket", "The source's bucket does not exist");
  auto object = store_.open(source.substr(bucket.size()));
  if (!object) throw no_such_key();
  check_conditions(visit.request, object->info().etag, object->info().modified.ms, false, "x-amz-copy-source-");
  return std::move(*object);
}

Response S3Requests::copy(Visit& visit) {
  const auto source = copy_source(visit);
  const bool replaces = visit.request.headers["x-amz-metadata-directive"] == "REPLACE";
  auto notes = replaces ? notes_of(visit.request) : source.notes();
  notes.checksums =
      source.notes().checksum_type == "COMPOSITE" ? decltype(notes.checksums){} : source.notes().checksums;
  DiskStore::Upload upload(store_, visit.key);
  std::string buffer;
  for (std::int64_t at = 0; at < source.info().size; at += static_cast<std::int64_t>(buffer.size())) {
    buffer.resize(std::min(piece, static_cast<std::size_t>(source.info().size - at)));
    source.read(at, buffer);
    upload.write(buffer);
  }
  const auto info = upload.finish(notes, [&](const auto& current) {
    admit(visit.request, current);
    return true;
  });
  return xml_answer("CopyObjectResult",
                    element("LastModified", to_iso8601(info->modified)) + element("ETag", quoted(info->etag)));
}

Response S3Requests::remove(Visit& visit) {
  store_.remove(visit.key);
  Response out;
  out.status = 204;
  return out;
}

}  // namespace oprag::blobs

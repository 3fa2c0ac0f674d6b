// The requests of multipart uploads.
#include <algorithm>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "blobs/s3_answers.hpp"
#include "blobs/s3_requests.hpp"
#include "crypto/encoding.hpp"

namespace oprag::blobs {

using http::Response;

namespace {

constexpr std::int64_t most_parts = 10'000;
constexpr std::size_t piece = 1 << 20;

std::string without_quotes(std::string text) {
  std::erase(text, '"');
  return text;
}

// "ChecksumCRC64NVME"
std::string element_name(const std::string& checksum) {
  auto out = "Checksum" + checksum;
  for (auto at = out.begin() + 8; at != out.end(); ++at) *at = static_cast<char>(std::toupper(*at));
  return out;
}

std::vector<NamedPart> named_parts(const std::string& text, const std::string& checksum) {
  pugi::xml_document document;
  std::vector<NamedPart> out;
  if (document.load_buffer(text.data(), text.size())) {
    for (const auto part : document.child("CompleteMultipartUpload").children("Part")) {
      const auto number = whole_number(part.child_value("PartNumber")).value_or(0);
      out.push_back({static_cast<int>(std::min(number, most_parts + 1)), without_quotes(part.child_value("ETag")),
                     checksum.empty() ? "" : part.child_value(element_name(checksum).c_str())});
    }
  }
  if (out.empty()) throw S3Error(400, "MalformedXML", "CompleteMultipartUpload names no parts");
  return out;
}

}  // namespace

Response S3Requests::begin_multipart(Visit& visit) {
  const auto checksum = ascii_lower(visit.request.headers["x-amz-checksum-algorithm"]);
  std::string type(visit.request.headers["x-amz-checksum-type"]);
  if (!checksum.empty() && !Checksum::of(checksum))
    throw S3Error(400, "InvalidRequest", "The checksum algorithm is not supported");
  if (type.empty()) type = checksum == "crc64nvme" ? "FULL_OBJECT" : "COMPOSITE";
  if (type == "FULL_OBJECT" && checksum.starts_with("sha"))
    throw S3Error(400, "InvalidRequest", "A checksum of the whole object must be a CRC");
  const auto id = multiparts_.begin(visit.key, notes_of(visit.request), checksum, type);
  auto out = xml_answer("InitiateMultipartUploadResult",
                        element("Bucket", visit.bucket) + element("Key", visit.key) + element("UploadId", id));
  if (!checksum.empty()) {
    out.headers.set("x-amz-checksum-algorithm", element_name(checksum).substr(8));
    out.headers.set("x-amz-checksum-type", type);
  }
  return out;
}

Response S3Requests::put_part(Visit& visit) {
  const auto& request = visit.request;
  const auto upload = multiparts_.require(request.query_value("uploadId").value_or(""), visit.key);
  const auto number = whole_number(request.query_value("partNumber").value_or("")).value_or(0);
  if (number < 1 || number > most_parts)
    throw S3Error(400, "InvalidArgument", "partNumber must be a whole number from 1 to 10,000");
  ObjectWriter writer(store_.temporary());
  ObjectNotes notes;
  const bool copies = request.headers.contains("x-amz-copy-source");
  const auto own = Checksum::of(upload.checksum);
  const auto take = [&](std::string_view bytes) {
    writer.write(bytes);
    if (own) own->update(bytes);
  };
  if (copies) {
    const auto source = copy_source(visit);
    const auto range = range_of(request.headers["x-amz-copy-source-range"], source.info().size)
                           .value_or(ByteRange{0, source.info().size - 1});
    std::string buffer;
    for (auto at = range.first; at <= range.last; at += static_cast<std::int64_t>(buffer.size())) {
      buffer.resize(std::min(piece, static_cast<std::size_t>(range.last + 1 - at)));
      source.read(at, buffer);
      take(buffer);
    }
  } else {
    notes.checksums = receive_body(request, visit.chunk_key, store_.settings().operator_limit, take).checksums;
  }
  if (own) notes.checksums = {{upload.checksum, crypto::base64_encode(own->finish())}};
  const auto info = writer.complete(notes, store_.now());
  writer.move_to(multiparts_.part_path(upload.id, static_cast<int>(number)), false);
  Response out;
  if (copies) {
    out = xml_answer("CopyPartResult",
                     element("LastModified", to_iso8601(info.modified)) + element("ETag", quoted(info.etag)));
  } else {
    out.headers.set("ETag", quoted(info.etag));
  }
  for (const auto& [name, value] : notes.checksums) out.headers.set("x-amz-checksum-" + name, value);
  return out;
}

Response S3Requests::complete_multipart(Visit& visit) {
  const auto upload = multiparts_.require(visit.request.query_value("uploadId").value_or(""), visit.key);
  // x-amz-checksum-… speaks of the whole object here, not of the XML that names the parts.
  auto request = visit.request;
  std::string claimed;
  for (const auto name : checksum_names) {
    const auto header = "x-amz-checksum-" + std::string(name);
    if (name == upload.checksum) claimed = request.headers[header];
    request.headers.remove(header);
  }
  const auto parts = named_parts(receive_document(request, visit.chunk_key), upload.checksum);
  const auto [info, notes] = multiparts_.complete(
      upload, parts,
      [&](const std::optional<ObjectFile>& current) {
        if (current) check_conditions(request, current->info().etag, current->info().modified.ms, false);
        return true;
      },
      claimed);
  auto inner = element("Location", store_.settings().public_base + "/" + visit.bucket + "/" + visit.key) +
               element("Bucket", visit.bucket) + element("Key", visit.key) + element("ETag", quoted(info.etag));
  for (const auto& [name, value] : notes.checksums) inner += element(element_name(name), value);
  if (!notes.checksums.empty()) inner += element("ChecksumType", notes.checksum_type);
  return xml_answer("CompleteMultipartUploadResult", inner);
}

Response S3Requests::list_parts(Visit& visit) {
  const auto upload = multiparts_.require(visit.request.query_value("uploadId").value_or(""), visit.key);
  const auto after = whole_number(visit.request.query_value("part-number-marker").value_or("0")).value_or(0);
  const auto limit = std::min<std::int64_t>(
      1000, whole_number(visit.request.query_value("max-parts").value_or("1000")).value_or(1000));
  std::string inner;
  std::int64_t count = 0, last = after;
  bool more = false;
  for (const auto& part : multiparts_.parts(upload.id)) {
    if (part.number <= after) continue;
    if (count == limit) {
      more = true;
      break;
    }
    inner += "<Part>" + element("PartNumber", std::to_string(part.number)) +
             element("LastModified", to_iso8601(part.file.info().modified)) +
             element("ETag", quoted(part.file.info().etag)) + element("Size", std::to_string(part.file.info().size)) +
             "</Part>";
    ++count;
    last = part.number;
  }
  return xml_answer(
      "ListPartsResult",
      element("Bucket", visit.bucket) + element("Key", visit.key) + element("UploadId", upload.id) +
          element("PartNumberMarker", std::to_string(after)) + element("NextPartNumberMarker", std::to_string(last)) +
          element("MaxParts", std::to_string(limit)) + element("IsTruncated", more ? "true" : "false") + inner);
}

Response S3Requests::list_multiparts(Visit& visit) {
  const auto prefix = visit.request.query_value("prefix").value_or("");
  std::string inner;
  for (const auto& upload : multiparts_.all()) {
    if (!upload.key.starts_with(prefix)) continue;
    inner += "<Upload>" + element("Key", upload.key) + element("UploadId", upload.id) +
             element("Initiated", to_iso8601(upload.started)) + "<StorageClass>STANDARD</StorageClass></Upload>";
  }
  return xml_answer("ListMultipartUploadsResult", element("Bucket", visit.bucket) + element("Prefix", prefix) +
                                                      element("IsTruncated", "false") + inner);
}

}  // namespace oprag::blobs

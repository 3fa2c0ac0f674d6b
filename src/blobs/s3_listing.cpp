// ListObjectsV2 (and its first version) and DeleteObjects.
#include <algorithm>
#include <pugixml.hpp>

#include "blobs/s3_answers.hpp"
#include "blobs/s3_requests.hpp"
#include "crypto/encoding.hpp"

namespace oprag::blobs {

using http::Response;

namespace {

constexpr std::int64_t most_keys = 1000;

struct ListQuery {
  std::string prefix, delimiter, after;
  std::int64_t limit = most_keys;
  bool encoded = false;
};

// One page: keys and common prefixes in order, as XML.
struct Page {
  std::string contents, prefixes;
  std::int64_t count = 0;
  std::string last;  // where the next page goes on
  bool more = false;
};

std::string shown(const std::string& key, const ListQuery& query) {
  return query.encoded ? crypto::uri_encode(key, true) : key;
}

// A key that a prefix stands for: all that begin with it come before this.
std::string behind(const std::string& prefix) {
  return prefix + '\xff';
}

Page page_of(const DiskStore& store, const ListQuery& query) {
  Page out;
  std::string group;  // the common prefix shown last
  store.walk(query.prefix, query.after, [&](const std::string& key) {
    if (!group.empty() && key.starts_with(group)) return true;
    const auto cut = query.delimiter.empty() ? std::string::npos : key.find(query.delimiter, query.prefix.size());
    if (out.count >= query.limit) {
      out.more = query.limit > 0;
      return false;
    }
    if (cut != std::string::npos) {
      group = key.substr(0, cut + query.delimiter.size());
      out.prefixes += "<CommonPrefixes>" + element("Prefix", shown(group, query)) + "</CommonPrefixes>";
      out.last = behind(group);
    } else {
      const auto info = store.head(key);
      if (!info) return true;  // removed meanwhile
      out.contents += "<Contents>" + element("Key", shown(key, query)) +
                      element("LastModified", to_iso8601(info->modified)) + element("ETag", quoted(info->etag)) +
                      element("Size", std::to_string(info->size)) + "<StorageClass>STANDARD</StorageClass></Contents>";
      out.last = key;
    }
    ++out.count;
    return true;
  });
  return out;
}

}  // namespace

Response S3Requests::list(Visit& visit) {
  const auto value = [&](std::string_view name) { return visit.request.query_value(name).value_or(""); };
  const bool second = value("list-type") == "2";
  ListQuery query{
      .prefix = value("prefix"), .delimiter = value("delimiter"), .after = value(second ? "start-after" : "marker")};
  query.encoded = value("encoding-type") == "url";
  if (const auto text = value("max-keys"); !text.empty()) {
    const auto given = whole_number(text);
    if (!given) throw S3Error(400, "InvalidArgument", "max-keys must be a whole number");
    query.limit = std::min(*given, most_keys);
  }
  const auto token = value("continuation-token");
  if (second && !token.empty()) {
    const auto at = crypto::base64url_decode(token);
    if (!at) throw S3Error(400, "InvalidArgument", "The continuation token is not valid");
    query.after = *at;
  }
  const auto page = page_of(store_, query);
  auto inner = element("Name", store_.bucket()) + element("Prefix", shown(query.prefix, query)) +
               element("MaxKeys", std::to_string(query.limit)) + element("IsTruncated", page.more ? "true" : "false");
  if (!query.delimiter.empty()) inner += element("Delimiter", shown(query.delimiter, query));
  if (query.encoded) inner += element("EncodingType", "url");
  if (second) {
    inner += element("KeyCount", std::to_string(page.count));
    if (!token.empty()) inner += element("ContinuationToken", token);
    if (!value("start-after").empty()) inner += element("StartAfter", shown(value("start-after"), query));
    if (page.more) inner += element("NextContinuationToken", crypto::base64url_encode(page.last));
  } else {
    inner += element("Marker", shown(query.after, query));
    if (page.more) inner += element("NextMarker", shown(page.last, query));
  }
  return xml_answer("ListBucketResult", inner + page.contents + page.prefixes);
}

Response S3Requests::remove_many(Visit& visit) {
  const auto& headers = visit.request.headers;
  const bool checked = headers.contains("Content-MD5") || headers.contains("x-amz-trailer") ||
                       std::ranges::any_of(checksum_names, [&](std::string_view name) {
                         return headers.contains("x-amz-checksum-" + std::string(name));
                       });
  if (!checked) throw S3Error(400, "InvalidRequest", "Content-MD5 or a checksum is required");
  const auto text = receive_document(visit.request, visit.chunk_key);
  pugi::xml_document document;
  const auto wanted = document.load_buffer(text.data(), text.size()) ? document.child("Delete") : pugi::xml_node();
  const auto objects = wanted.children("Object");
  const auto count = std::distance(objects.begin(), objects.end());
  if (count == 0 || count > most_keys) throw S3Error(400, "MalformedXML", "Delete names 1 to 1,000 objects");
  const bool quiet = std::string_view(wanted.child_value("Quiet")) == "true";
  std::string inner;
  for (const auto each : objects) {
    const std::string key = each.child_value("Key");
    try {
      store_.remove(key);
      if (!quiet) inner += "<Deleted>" + element("Key", key) + "</Deleted>";
    } catch (const std::invalid_argument& error) {
      inner += "<Error>" + element("Key", key) + element("Code", "InvalidArgument") + element("Message", error.what()) +
               "</Error>";
    }
  }
  return xml_answer("DeleteResult", inner);
}

}  // namespace oprag::blobs

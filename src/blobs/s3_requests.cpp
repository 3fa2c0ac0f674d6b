#include "blobs/s3_requests.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/mutant.hpp"
#include "base/text.hpp"
#include "blobs/s3_answers.hpp"
#include "crypto/sigv4_check.hpp"

namespace oprag::blobs {
namespace {

using http::Request;
using http::Response;

std::string host_of(const std::string& base) {
  const auto start = base.find("://") + 3;
  return base.substr(start, base.find('/', start) - start);
}

std::string path_of(const std::string& base) {
  const auto slash = base.find('/', base.find("://") + 3);
  return slash == std::string::npos ? "" : base.substr(slash);
}

// The request's headers, with `host` in place of what the client or a proxy wrote.
crypto::Pairs headers_with_host(const Request& request, const std::string& host) {
  crypto::Pairs out{{"host", host}};
  for (const auto& [name, value] : request.headers) {
    if (ascii_lower(name) != "host") out.emplace_back(name, value);
  }
  return out;
}

S3Error refusal_of(crypto::SignatureProblem problem, bool presigned) {
  using enum crypto::SignatureProblem;
  switch (problem) {
    case malformed:
      return presigned
                 ? S3Error(400, "AuthorizationQueryParametersError", "The query's signature parameters are not valid")
                 : S3Error(400, "AuthorizationHeaderMalformed", "The Authorization header is not valid");
    case unknown_key:
      return {403, "InvalidAccessKeyId", "The access key, region or service is not that of this store"};
    case expired:
      return {403, "AccessDenied", "Request has expired"};
    case skewed:
      return {403, "RequestTimeTooSkewed", "The request's time differs from the store's by more than 15 minutes"};
    case bad_signature:
      break;
  }
  return {403, "SignatureDoesNotMatch", "The signature does not match method, key, parameters and headers"};
}

bool has(const Request& request, std::string_view name) {
  return std::ranges::any_of(request.query, [&](const auto& pair) { return pair.first == name; });
}

// What S3 has and this store has not; an answer as if it were not asked for would be a lie.
void refuse_unknown_resources(const Request& request) {
  static constexpr std::array<std::string_view, 27> unknown{"accelerate",
                                                            "acl",
                                                            "analytics",
                                                            "attributes",
                                                            "cors",
                                                            "encryption",
                                                            "inventory",
                                                            "legal-hold",
                                                            "lifecycle",
                                                            "logging",
                                                            "metrics",
                                                            "notification",
                                                            "object-lock",
                                                            "ownershipControls",
                                                            "policy",
                                                            "policyStatus",
                                                            "publicAccessBlock",
                                                            "replication",
                                                            "requestPayment",
                                                            "restore",
                                                            "retention",
                                                            "select",
                                                            "tagging",
                                                            "torrent",
                                                            "versionId",
                                                            "versions",
                                                            "website"};
  for (const auto name : unknown) {
    if (has(request, name)) throw S3Error(501, "NotImplemented", "This store has no ?" + std::string(name));
  }
}

}  // namespace

S3Requests::S3Requests(DiskStore& store, std::string path_prefix, Clock clock)
    : store_(store), multiparts_(store), path_prefix_(std::move(path_prefix)), clock_(std::move(clock)) {}

Response S3Requests::answer(const Request& request) {
  const auto guarded = [&]() -> Response {
    try {
      return request.method == "OPTIONS" ? preflight(request) : respond(request);
    } catch (const S3Error& error) {
      auto refusal = error_answer(request, error);
      if (error.status == 503) refusal.headers.set("Retry-After", "1");
      return refusal;
    } catch (const std::invalid_argument& error) {
      return error_answer(request, {400, "InvalidArgument", error.what()});
    } catch (const http::ClientGone&) {
      throw;
    } catch (const Error& error) {  // the server's own limit on bodies
      return error_answer(request, {400, "EntityTooLarge", error.what()});
    } catch (const std::exception& fault) {
      log::error("object store failed", {{"what", fault.what()}});
      return error_answer(request, {500, "InternalError", "The store failed; its log says why"});
    }
  };
  auto response = guarded();
  response.headers.set("x-amz-request-id", request.id);
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  allow_origins(response);
  return response;
}

Response S3Requests::respond(const Request& request) {
  const auto path = request.path.substr(std::min(path_prefix_.size(), request.path.size()));
  Visit visit{.request = request, .bucket = {}, .key = {}, .chunk_key = {}};
  const auto slash = path.find('/', 1);
  visit.bucket = path.substr(std::min<std::size_t>(1, path.size()), slash == std::string::npos ? slash : slash - 1);
  if (slash != std::string::npos) visit.key = path.substr(slash + 1);

  authenticate(visit, path);
  if (!visit.by_operator) return presigned(visit);
  if (visit.bucket.empty()) return service(visit);
  if (visit.bucket != store_.settings().bucket)
    throw S3Error(404, "NoSuchBucket", "The specified bucket does not exist");
  refuse_unknown_resources(request);
  return visit.key.empty() ? bucket(visit) : object(visit);
}

// Who signed the request. The store's own URLs are checked against the public address only. An operator may also come
// by another one, past the proxy: then the address is the one he wrote himself, which his signature covers.
void S3Requests::authenticate(Visit& visit, const std::string& path) const {
  const auto& settings = store_.settings();
  const auto& request = visit.request;
  const auto public_host = host_of(settings.public_base);
  crypto::SignedCall call{request.method, path_of(settings.public_base) + path, request.query,
                          headers_with_host(request, public_host)};
  const auto access_key = crypto::access_key_of(call);
  const bool presigned = crypto::is_presigned(call);
  if (access_key.empty() && !presigned && !request.headers.contains("Authorization"))
    throw S3Error(403, "AccessDenied", "Requests to this store are signed");
  const auto now = clock_();

  visit.by_operator = !settings.operator_key.access_key.empty() && access_key == settings.operator_key.access_key;
  if (!visit.by_operator) {
    if (!presigned) throw refusal_of(crypto::SignatureProblem::unknown_key, false);
    if (request.method == "HEAD") call.method = "GET";
    if (mutant("presigned")) return;
    if (const auto problem = crypto::check_presigned(call, now, settings.scope, settings.key))
      throw refusal_of(*problem, true);
    return;
  }
  auto direct = call;
  direct.headers = headers_with_host(request, std::string(request.headers["Host"]));
  direct.path = http::percent_decode(request.target.substr(0, request.target.find('?'))).value_or("");
  std::optional<crypto::SignatureProblem> problem;
  for (const auto* each : {&call, &direct}) {
    crypto::CheckedSignature checked;
    problem = presigned ? crypto::check_presigned(*each, now, settings.scope, settings.operator_key)
                        : crypto::check_signed_headers(*each, now, settings.scope, settings.operator_key, checked);
    if (problem) continue;
    if (!presigned)
      visit.chunk_key = {checked.time, settings.scope, settings.operator_key.secret_key, checked.signature};
    return;
  }
  throw refusal_of(*problem, presigned);
}

// One of the store's own URLs: its parameters are signed, so nothing can be added to them.
Response S3Requests::presigned(Visit& visit) {
  if (visit.bucket != store_.settings().bucket)
    throw S3Error(404, "NoSuchBucket", "The specified bucket does not exist");
  if (visit.request.method == "PUT") {
    return put(visit, whole_number(visit.request.query_value("x-oprag-max-bytes").value_or("")).value_or(0));
  }
  if (visit.request.method == "GET" || visit.request.method == "HEAD") return get(visit);
  throw S3Error(405, "MethodNotAllowed", "The store's own URLs are for PUT, GET and HEAD");
}

Response S3Requests::service(Visit& visit) {
  if (visit.request.method != "GET") throw S3Error(405, "MethodNotAllowed", "There is one bucket");
  return xml_answer("ListAllMyBucketsResult",
                    "<Owner><ID>oprag</ID></Owner><Buckets><Bucket>" + element("Name", store_.bucket()) +
                        element("CreationDate", "2026-01-01T00:00:00.000Z") + "</Bucket></Buckets>");
}

Response S3Requests::bucket(Visit& visit) {
  const auto& request = visit.request;
  if (request.method == "HEAD") {
    Response out;
    out.headers.set("x-amz-bucket-region", store_.settings().scope.region);
    return out;
  }
  if (request.method == "GET") {
    if (has(request, "location")) {
      return xml_answer("LocationConstraint", xml_text(store_.settings().scope.region));
    }
    if (has(request, "versioning")) return xml_answer("VersioningConfiguration", "");
    if (has(request, "uploads")) return list_multiparts(visit);
    return list(visit);
  }
  if (request.method == "POST" && has(request, "delete")) return remove_many(visit);
  if (request.method == "PUT") throw S3Error(409, "BucketAlreadyOwnedByYou", "The bucket is there, and the only one");
  throw S3Error(405, "MethodNotAllowed", "The bucket takes no such request");
}

Response S3Requests::object(Visit& visit) {
  const auto& request = visit.request;
  const bool of_upload = has(request, "uploadId");
  if (request.method == "PUT") {
    if (of_upload) return put_part(visit);
    if (request.headers.contains("x-amz-copy-source")) return copy(visit);
    return put(visit, store_.settings().operator_limit);
  }
  if (request.method == "GET" && of_upload) return list_parts(visit);
  if (request.method == "GET" || request.method == "HEAD") return get(visit);
  if (request.method == "DELETE" && of_upload) {
    multiparts_.abort(request.query_value("uploadId").value_or(""), visit.key);
    Response out;
    out.status = 204;
    return out;
  }
  if (request.method == "DELETE") return remove(visit);
  if (request.method == "POST" && has(request, "uploads")) return begin_multipart(visit);
  if (request.method == "POST" && of_upload) return complete_multipart(visit);
  throw S3Error(405, "MethodNotAllowed", "An object takes no such request");
}

}  // namespace oprag::blobs

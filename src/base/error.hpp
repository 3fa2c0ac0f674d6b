// The one failure a caller may see, and the table from which status codes, documentation and OpenAPI follow.
#pragma once
#include <array>
#include <boost/json/object.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace oprag {

// Every enumerator is the word that stands in an answer's "code": stable, never renamed.
enum class ErrorCode {
  invalid_json,
  invalid_request,
  unsupported_media_type,
  body_too_large,
  uri_too_long,
  headers_too_large,
  unauthenticated,
  forbidden,
  no_company,
  insufficient_role,
  origin_not_allowed,
  plan_limit,
  last_owner,
  not_found,
  no_route,
  conflict,
  in_progress,
  idempotency_mismatch,
  precondition_failed,
  rate_limited,
  not_deployed,
  deploy_blocked,
  nothing_to_sync,
  upload_incomplete,
  unsupported_document,
  ocr_unavailable,
  rerank_unavailable,
  rag_disabled,
  upstream_failed,
  overloaded,
  internal,
};

struct ErrorKind {
  ErrorCode code;
  std::string_view word;
  int status;
  std::string_view meaning;  // for the docs
};

inline constexpr std::array error_kinds = {
    ErrorKind{ErrorCode::invalid_json, "invalid_json", 400, "The body is not JSON: syntax, UTF-8 or depth"},
    ErrorKind{ErrorCode::invalid_request, "invalid_request", 400, "A member, parameter or header has a wrong value"},
    ErrorKind{ErrorCode::unsupported_media_type, "unsupported_media_type", 415, "The body's Content-Type is not JSON"},
    ErrorKind{ErrorCode::body_too_large, "body_too_large", 413, "The body is larger than the route's limit"},
    ErrorKind{ErrorCode::uri_too_long, "uri_too_long", 414, "The request line is longer than 8 KiB"},
    ErrorKind{ErrorCode::headers_too_large, "headers_too_large", 431, "The header block is larger than 16 KiB"},
    ErrorKind{ErrorCode::unauthenticated, "unauthenticated", 401, "No valid token or API key"},
    ErrorKind{ErrorCode::forbidden, "forbidden", 403, "The caller may not do this"},
    ErrorKind{ErrorCode::no_company, "no_company", 403, "The signed-in user belongs to no company"},
    ErrorKind{ErrorCode::insufficient_role, "insufficient_role", 403,
              "The route or a member of the body needs a higher role"},
    ErrorKind{ErrorCode::origin_not_allowed, "origin_not_allowed", 403, "The page's origin is not in allowedOrigins"},
    ErrorKind{ErrorCode::plan_limit, "plan_limit", 403, "The plan's limit is reached"},
    ErrorKind{ErrorCode::last_owner, "last_owner", 400, "A company keeps at least one owner"},
    ErrorKind{ErrorCode::not_found, "not_found", 404, "No such resource in this company"},
    ErrorKind{ErrorCode::no_route, "no_route", 404, "No route for this method and path"},
    ErrorKind{ErrorCode::conflict, "conflict", 409, "The resource exists or its state does not allow this"},
    ErrorKind{ErrorCode::in_progress, "in_progress", 409,
              "The first request with this Idempotency-Key is still running"},
    ErrorKind{ErrorCode::idempotency_mismatch, "idempotency_mismatch", 422,
              "The Idempotency-Key was used with another body"},
    ErrorKind{ErrorCode::precondition_failed, "precondition_failed", 412, "If-Match names an older state"},
    ErrorKind{ErrorCode::rate_limited, "rate_limited", 429, "Too many requests; Retry-After says when"},
    ErrorKind{ErrorCode::not_deployed, "not_deployed", 400, "The project was never deployed"},
    ErrorKind{ErrorCode::deploy_blocked, "deploy_blocked", 400, "The readiness check has blockers"},
    ErrorKind{ErrorCode::nothing_to_sync, "nothing_to_sync", 400, "No documents ready for sync"},
    ErrorKind{ErrorCode::upload_incomplete, "upload_incomplete", 400, "An object of the upload is missing or differs"},
    ErrorKind{ErrorCode::unsupported_document, "unsupported_document", 400,
              "The file's content is of no readable type"},
    ErrorKind{ErrorCode::ocr_unavailable, "ocr_unavailable", 400, "No OCR engine is configured"},
    ErrorKind{ErrorCode::rerank_unavailable, "rerank_unavailable", 400, "No reranker is configured"},
    ErrorKind{ErrorCode::rag_disabled, "rag_disabled", 503, "Retrieval is switched off in this installation"},
    ErrorKind{ErrorCode::upstream_failed, "upstream_failed", 502, "A configured model or retrieval service failed"},
    ErrorKind{ErrorCode::overloaded, "overloaded", 503, "All workers are busy; Retry-After says when"},
    ErrorKind{ErrorCode::internal, "internal", 500, "A fault of the server; requestId finds it in the log"},
};

constexpr const ErrorKind& kind_of(ErrorCode code) {
  for (const auto& kind : error_kinds) {
    if (kind.code == code) return kind;
  }
  return error_kinds.back();
}

// A failure that the caller is told of. Anything else that is thrown is a fault or an outage and becomes a bare 500.
class Error : public std::runtime_error {
 public:
  // `extra`: further members of the error body, after error, code and requestId.
  Error(ErrorCode code, const std::string& message, boost::json::object extra = {})
      : std::runtime_error(message), code_(code), extra_(std::move(extra)) {}

  ErrorCode code() const noexcept { return code_; }
  const boost::json::object& extra() const noexcept { return extra_; }

 private:
  ErrorCode code_;
  boost::json::object extra_;
};

}  // namespace oprag

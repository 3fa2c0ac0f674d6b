// A failure as an answer: the contract's {"error", "code", "requestId"}, or RFC 9457 for those who accept that.
#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "base/error.hpp"
#include "http/message.hpp"

namespace oprag::http {

// `extra`: further members of the body.
Response error_response(const Request& request, ErrorCode code, const std::string& message,
                        const boost::json::object& extra = {});

}  // namespace oprag::http

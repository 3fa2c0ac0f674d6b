# What is not ours, one target each. Debian's libraries by pkg-config or name; the pinned files from third_party/prefix
# (third_party/fetch). A target is only an offer: a folder that is not built needs nothing of it.
set(third_party ${CMAKE_SOURCE_DIR}/third_party)
set(prefix ${third_party}/prefix)
if(NOT EXISTS ${prefix}/src/sqlite3.c)
  message(FATAL_ERROR "third_party/prefix is not there: run scripts/setup first.")
endif()

add_library(oprag_sqlite STATIC ${prefix}/src/sqlite3.c)
target_include_directories(oprag_sqlite SYSTEM PUBLIC ${prefix}/src)
target_compile_definitions(oprag_sqlite PRIVATE
  SQLITE_THREADSAFE=2 SQLITE_DQS=0 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_OMIT_DEPRECATED
  SQLITE_OMIT_LOAD_EXTENSION SQLITE_OMIT_SHARED_CACHE SQLITE_USE_ALLOCA SQLITE_MAX_EXPR_DEPTH=100)
target_compile_options(oprag_sqlite PRIVATE -w)

# One INTERFACE target from names of libraries.
function(oprag_system name)
  add_library(oprag_${name} INTERFACE)
  target_link_libraries(oprag_${name} INTERFACE ${ARGN})
endfunction()
# The same from a pkg-config module, when it is there.
function(oprag_pkg name module)
  pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(${name}_FOUND)
    oprag_system(${name} PkgConfig::${name})
  endif()
endfunction()

oprag_system(crypto_libs ssl crypto sodium)
oprag_pkg(pq libpq)
oprag_pkg(curl libcurl)
oprag_pkg(zip libzip)
oprag_pkg(pugixml pugixml)
oprag_pkg(gumbo gumbo)
oprag_system(md4c md4c)
oprag_pkg(utf8proc libutf8proc)
oprag_pkg(icu icu-uc)
oprag_system(stemmer stemmer)
oprag_pkg(uchardet uchardet)
oprag_pkg(seccomp libseccomp)
oprag_system(cld2 cld2)
oprag_system(zlib z)
oprag_system(cli11)
oprag_system(tomlplusplus)

# PDFium is linked; it lies beside the program (bin/ or build dir + lib/).
add_library(oprag_pdfium SHARED IMPORTED GLOBAL)
set_target_properties(oprag_pdfium PROPERTIES
  IMPORTED_LOCATION ${prefix}/lib/libpdfium.so IMPORTED_NO_SONAME ON
  INTERFACE_INCLUDE_DIRECTORIES ${third_party}/pdfium/include)

# ONNX Runtime is opened at run time: headers only.
add_library(oprag_onnxruntime_headers INTERFACE)
target_include_directories(oprag_onnxruntime_headers SYSTEM INTERFACE ${third_party}/onnxruntime)
set(OPRAG_PREFIX ${prefix})

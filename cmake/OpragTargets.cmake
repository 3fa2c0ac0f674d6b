# One interface target with every compile option of the project, and two functions that declare a folder and its tests.
add_library(oprag_options INTERFACE)
target_compile_options(oprag_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -Wno-deprecated-declarations  # libstdc++ 12's own stable_sort under clang 19
  -Wno-sign-conversion -Wno-missing-field-initializers
  -fstack-protector-strong "SHELL:-Xclang -fno-pch-timestamp" -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_compile_definitions(oprag_options INTERFACE _GLIBCXX_ASSERTIONS BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_include_directories(oprag_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_link_options(oprag_options INTERFACE -fuse-ld=lld)
target_link_libraries(oprag_options INTERFACE Threads::Threads)

set(OPRAG_SANITIZE "" CACHE STRING "address,undefined or thread")
if(OPRAG_SANITIZE)
  target_compile_options(oprag_options INTERFACE -fsanitize=${OPRAG_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(oprag_options INTERFACE -fsanitize=${OPRAG_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(oprag_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

# The precompiled header is built once and shared by every target.
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/pch.cpp CONTENT "\n")
add_library(oprag_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cpp)
target_link_libraries(oprag_pch PRIVATE oprag_options)
target_precompile_headers(oprag_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.hpp)

# oprag_folder(name SOURCES a.cpp … [USES other folders …] [LINKS external targets …])
function(oprag_folder name)
  cmake_parse_arguments(F "" "" "SOURCES;USES;LINKS" ${ARGN})
  if(F_SOURCES)
    add_library(oprag_${name} STATIC ${F_SOURCES})
    set(kind PUBLIC)
  else()
    add_library(oprag_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_link_libraries(oprag_${name} ${kind} oprag_options ${F_LINKS})
  foreach(used IN LISTS F_USES)
    target_link_libraries(oprag_${name} ${kind} oprag_${used})
  endforeach()
  if(F_SOURCES)
    target_precompile_headers(oprag_${name} REUSE_FROM oprag_pch)
  endif()
endfunction()

# oprag_test(name SOURCES a_test.cpp … USES folders … [SECONDS allowed]): one GoogleTest program, registered with ctest
# under `name`.
function(oprag_test name)
  cmake_parse_arguments(F "" "SECONDS" "SOURCES;USES;LINKS" ${ARGN})
  add_executable(${name} ${F_SOURCES})
  target_link_libraries(${name} PRIVATE oprag_options ${F_LINKS} gtest gtest_main)
  foreach(used IN LISTS F_USES)
    target_link_libraries(${name} PRIVATE oprag_${used})
  endforeach()
  target_precompile_headers(${name} REUSE_FROM oprag_pch)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT F_SECONDS)
    set(F_SECONDS 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${F_SECONDS})
endfunction()

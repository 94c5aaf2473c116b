# One flag set for every file: no run-time dispatch in Eigen, so mixing instruction sets would break its inline functions.
add_library(penchant_flags INTERFACE)
target_compile_options(penchant_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-sign-compare -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees overflows and overreads in std::string's own code (its bugs 105329, 105651), and through a precompiled header says so.
  target_compile_options(penchant_flags INTERFACE -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
  # And lanes without a value in its own AVX-512 intrinsics, which leave them so on purpose (its bug 105593).
  if(PENCHANT_ISA STREQUAL "v4")
    target_compile_options(penchant_flags INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized)
  endif()
endif()
# No contraction behind our back: a·b+c is fused only where the code says so, and results are the same in every build type.
set(PENCHANT_ISA_FLAGS -ffp-contract=off)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  if(PENCHANT_ISA STREQUAL "v3")
    # Highway counts a target as AVX2 only with the two extensions that x86-64-v3 leaves out.
    list(APPEND PENCHANT_ISA_FLAGS -march=x86-64-v3 -maes -mpclmul)
  elseif(PENCHANT_ISA STREQUAL "v4")
    list(APPEND PENCHANT_ISA_FLAGS -march=x86-64-v4 -maes -mpclmul)
  elseif(NOT PENCHANT_ISA STREQUAL "baseline")
    message(FATAL_ERROR "PENCHANT_ISA is '${PENCHANT_ISA}'; known: baseline, v3, v4")
  endif()
endif()
add_compile_options(${PENCHANT_ISA_FLAGS})
add_compile_definitions(PENCHANT_ISA="${PENCHANT_ISA}" PENCHANT_VERSION="${PROJECT_VERSION}")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache knows a precompiled header by what it was made of, not by its time stamp.
  # Paths under the source tree count as relative, so that another checkout of the same files compiles nothing again.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
    CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

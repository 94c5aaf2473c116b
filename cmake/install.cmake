include(CMakePackageConfigHelpers)
install(TARGETS penchant EXPORT penchant-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS penchant_flags EXPORT penchant-targets)
install(DIRECTORY src/penchant DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT penchant-targets NAMESPACE penchant:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penchant)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/penchant-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/penchant-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penchant)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/penchant-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/penchant-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/penchant-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/penchant)

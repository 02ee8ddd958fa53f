package dev.farsight.storage.offheap;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.farsight.api.FarsightException;

/** The calls of linux-x86_64's C library that a {@link Mapping} needs; after a failure, errno. */
interface LibC extends Library {

  int PROT_READ_WRITE = 0x3;
  int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;
  int MADV_HUGEPAGE = 14;
  int MADV_NOHUGEPAGE = 15;

  /** The address, or -1. */
  long mmap(Pointer address, long length, int protection, int flags, int file, long offset);

  int madvise(long address, long length, int advice);

  int munmap(long address, long length);

  String strerror(int errno);

  /** What the last call of this thread complained about. */
  default String lastError() {
    int errno = Native.getLastError();
    return strerror(errno) + " (errno " + errno + ")";
  }

  static LibC load() {
    requirePlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
    try {
      return Native.load("c", LibC.class);
    } catch (LinkageError e) {
      throw new FarsightException(
          "storage offheap cannot load JNA's native library ("
              + e.getMessage().lines().findFirst().orElse("")
              + "); name a folder that allows execution with -Djna.tmpdir=FOLDER",
          e);
    }
  }

  static void requirePlatform(String system, String architecture) {
    if (!system.equals("Linux") || !architecture.equals("amd64")) {
      throw new FarsightException(
          "storage offheap needs linux-x86_64, this is "
              + system
              + " on "
              + architecture
              + "; choose another storage.backend");
    }
  }
}

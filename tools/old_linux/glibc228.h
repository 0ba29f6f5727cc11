/* Put before every C file of Python and SQLite: glibc 2.29 gave these functions a new version that differs only in how
   errors are reported (errno instead of matherr). With the older one the program also starts where glibc is 2.28. */
#if defined(__x86_64__) && defined(__linux__)
__asm__(".symver exp,exp@GLIBC_2.2.5");
__asm__(".symver exp2,exp2@GLIBC_2.2.5");
__asm__(".symver log,log@GLIBC_2.2.5");
__asm__(".symver log2,log2@GLIBC_2.2.5");
__asm__(".symver pow,pow@GLIBC_2.2.5");
#endif

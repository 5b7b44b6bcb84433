using System.Runtime.InteropServices;

namespace Convergence.Cuda.Interop;

/// <summary>
/// The functions of the runtime compiler that this device calls (NVRTC reference manual). Each returns a status: success, or an error
/// for <see cref="CudaException.ThrowIfFailed(NvrtcStatus, string)"/>.
/// </summary>
internal static unsafe partial class Nvrtc
{
    /// <summary>The name that <see cref="CudaLibraries"/> resolves.</summary>
    public const string Library = "convergence-nvrtc";

    [LibraryImport(Library, EntryPoint = "nvrtcVersion")]
    public static partial NvrtcStatus Version(out int major, out int minor);

    [LibraryImport(Library, EntryPoint = "nvrtcGetErrorString")]
    public static partial nint GetErrorString(NvrtcStatus error);

    [LibraryImport(Library, EntryPoint = "nvrtcGetNumSupportedArchs")]
    public static partial NvrtcStatus GetNumSupportedArchs(out int count);

    /// <summary>Ascending, for example 80 for sm_80.</summary>
    [LibraryImport(Library, EntryPoint = "nvrtcGetSupportedArchs")]
    public static partial NvrtcStatus GetSupportedArchs(int* architectures);

    [LibraryImport(Library, EntryPoint = "nvrtcCreateProgram")]
    public static partial NvrtcStatus CreateProgram(
        out nint program, byte* source, byte* name, int headerCount, byte** headers, byte** includeNames);

    [LibraryImport(Library, EntryPoint = "nvrtcDestroyProgram")]
    public static partial NvrtcStatus DestroyProgram(ref nint program);

    [LibraryImport(Library, EntryPoint = "nvrtcCompileProgram")]
    public static partial NvrtcStatus CompileProgram(nint program, int optionCount, byte** options);

    [LibraryImport(Library, EntryPoint = "nvrtcGetProgramLogSize")]
    public static partial NvrtcStatus GetProgramLogSize(nint program, out nuint byteCount);

    [LibraryImport(Library, EntryPoint = "nvrtcGetProgramLog")]
    public static partial NvrtcStatus GetProgramLog(nint program, byte* log);

    [LibraryImport(Library, EntryPoint = "nvrtcGetCUBINSize")]
    public static partial NvrtcStatus GetCubinSize(nint program, out nuint byteCount);

    [LibraryImport(Library, EntryPoint = "nvrtcGetCUBIN")]
    public static partial NvrtcStatus GetCubin(nint program, byte* cubin);

    /// <summary>With the terminating zero.</summary>
    [LibraryImport(Library, EntryPoint = "nvrtcGetPTXSize")]
    public static partial NvrtcStatus GetPtxSize(nint program, out nuint byteCount);

    [LibraryImport(Library, EntryPoint = "nvrtcGetPTX")]
    public static partial NvrtcStatus GetPtx(nint program, byte* ptx);
}

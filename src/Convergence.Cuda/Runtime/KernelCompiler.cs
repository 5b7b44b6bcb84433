using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>Compiles CUDA C++ with NVRTC; needs no GPU and no driver.</summary>
internal static unsafe class KernelCompiler
{
    /// <summary>NVRTC's own version: 1000 * major + 10 * minor, as the driver counts: 11080 for 11.8.</summary>
    public static int Version
    {
        get
        {
            CudaException.ThrowIfFailed(Nvrtc.Version(out var major, out var minor));
            return (1000 * major) + (10 * minor);
        }
    }

    /// <summary>The architectures that this NVRTC knows, ascending: 80 is sm_80.</summary>
    public static IReadOnlyList<int> Architectures
    {
        get
        {
            CudaException.ThrowIfFailed(Nvrtc.GetNumSupportedArchs(out var count));
            var architectures = new int[count];
            fixed (int* pointer = architectures)
            {
                CudaException.ThrowIfFailed(Nvrtc.GetSupportedArchs(pointer));
            }

            return architectures;
        }
    }

    /// <summary>
    /// The architecture option for a GPU: its own machine code where NVRTC knows it,
    /// else the newest older PTX, which the driver translates.
    /// </summary>
    /// <exception cref="CudaException">NVRTC knows none that the GPU can run.</exception>
    public static string TargetOf(int architecture)
    {
        var known = Architectures;
        var newest = known.Where(candidate => candidate <= architecture).DefaultIfEmpty().Max();
        return newest == 0
            ? throw new CudaException(string.Create(
                CultureInfo.InvariantCulture,
                $"NVRTC {Version / 1000}.{Version % 1000 / 10} compiles for sm_{known[0]} and newer; the GPU is sm_{architecture}. "
                + $"Name the folder of an older CUDA's libraries in {CudaLibraries.FolderVariable}: it comes before all others. "
                + $"Or use device: cpu."))
            : string.Create(CultureInfo.InvariantCulture, $"--gpu-architecture={(newest == architecture ? "sm" : "compute")}_{newest}");
    }

    /// <summary>Compiles to a cubin for an <c>sm_</c> target, to PTX with its terminating zero for a <c>compute_</c> one.</summary>
    /// <exception cref="CudaException">The source does not compile: with the compiler's words.</exception>
    public static byte[] Compile(KernelSource source, string target)
    {
        var memory = new List<nint>();
        nint program = 0;
        try
        {
            var headers = Pointers(source.Headers.Select(header => header.Text));
            var names = Pointers(source.Headers.Select(header => header.Name));
            fixed (nint* headerTexts = headers, headerNames = names)
            {
                CudaException.ThrowIfFailed(Nvrtc.CreateProgram(
                    out program, Utf8(source.Text), Utf8(source.Name + ".cu"), headers.Length, (byte**)headerTexts, (byte**)headerNames));
            }

            var options = Pointers(source.Options.Append(target));
            fixed (nint* pointer = options)
            {
                var status = Nvrtc.CompileProgram(program, options.Length, (byte**)pointer);
                if (status != NvrtcStatus.Success)
                {
                    throw CudaException.Of(
                        CudaFailure.Of(status, nameof(Nvrtc.CompileProgram)),
                        $"{source.Name}.cu, {target}:\n{LogOf(program)}");
                }
            }

            return ImageOf(program, isBinary: target.Contains("=sm_", StringComparison.Ordinal));
        }
        finally
        {
            if (program != 0)
            {
                _ = Nvrtc.DestroyProgram(ref program);
            }

            memory.ForEach(Marshal.FreeCoTaskMem);
        }

        byte* Utf8(string text)
        {
            memory.Add(Marshal.StringToCoTaskMemUTF8(text));
            return (byte*)memory[^1];
        }

        nint[] Pointers(IEnumerable<string> texts) => [.. texts.Select(text => (nint)Utf8(text))];
    }

    private static byte[] ImageOf(nint program, bool isBinary)
    {
        CudaException.ThrowIfFailed(
            isBinary ? Nvrtc.GetCubinSize(program, out var size) : Nvrtc.GetPtxSize(program, out size),
            isBinary ? nameof(Nvrtc.GetCubinSize) : nameof(Nvrtc.GetPtxSize));
        var image = new byte[checked((int)size)];
        fixed (byte* pointer = image)
        {
            CudaException.ThrowIfFailed(
                isBinary ? Nvrtc.GetCubin(program, pointer) : Nvrtc.GetPtx(program, pointer),
                isBinary ? nameof(Nvrtc.GetCubin) : nameof(Nvrtc.GetPtx));
        }

        return image;
    }

    private static string LogOf(nint program)
    {
        if (Nvrtc.GetProgramLogSize(program, out var size) != NvrtcStatus.Success || size < 1)
        {
            return "";
        }

        var log = new byte[checked((int)size)];
        fixed (byte* pointer = log)
        {
            return Nvrtc.GetProgramLog(program, pointer) == NvrtcStatus.Success ? Encoding.UTF8.GetString(log).TrimEnd('\0', '\n') : "";
        }
    }
}

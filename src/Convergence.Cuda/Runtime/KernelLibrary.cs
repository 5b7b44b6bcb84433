using System.Globalization;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// The kernels of one GPU, by module and name: compiled by NVRTC when one of a module is first asked for, kept on the disk, loaded once.
/// Used by one thread at a time.
/// </summary>
/// <param name="context">Where they are loaded.</param>
/// <param name="architecture">The GPU's compute capability: 90 is sm_90.</param>
/// <param name="cache">Where compiled modules are kept.</param>
internal sealed class KernelLibrary(ContextHandle context, int architecture, KernelCache cache) : IDisposable
{
    private readonly Dictionary<string, ModuleHandle> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Module, string Kernel), CudaKernel> _kernels = [];
    private string? _target;

    /// <summary>Told, once, when what was compiled cannot be kept.</summary>
    public Action<string>? Note { get; set; }

    /// <summary>The kernels that were asked for so far.</summary>
    public IEnumerable<(string Module, string Kernel)> Launched => _kernels.Keys;

    /// <param name="module">The <c>.cu</c> file's name without its ending.</param>
    /// <param name="kernel">The kernel's name in it.</param>
    /// <exception cref="CudaException">It does not compile, or the driver refuses it.</exception>
    public CudaKernel Get(string module, string kernel)
    {
        if (!_kernels.TryGetValue((module, kernel), out var found))
        {
            found = new CudaKernel(ModuleOf(module), kernel);
            _kernels.Add((module, kernel), found);
        }

        return found;
    }

    /// <summary>Compiles and loads a source that is not embedded, under its own name.</summary>
    public ModuleHandle Load(KernelSource source)
    {
        _target ??= KernelCompiler.TargetOf(architecture);
        var version = KernelCompiler.Version.ToString(CultureInfo.InvariantCulture);
        var hash = source.Hash([version, _target, .. source.Options, source.Name]);
        if (cache.Find(hash) is { } kept)
        {
            try
            {
                return new ModuleHandle(context, kept);
            }
            catch (CudaException exception) when (exception is { IsLost: false, IsOutOfMemory: false })
            {
                // A damaged file, or one of another driver's: compiled again.
                cache.Forget(hash);
            }
        }

        var image = KernelCompiler.Compile(source, _target);
        var module = new ModuleHandle(context, image);
        if (!cache.TryKeep(hash, image))
        {
            Note?.Invoke(
                $"compiled kernels cannot be kept in {cache.Folder}: every run compiles them anew. "
                + $"Name a folder that can be written in {KernelCache.FolderVariable}.");
            Note = null;
        }

        return module;
    }

    public void Dispose()
    {
        foreach (var module in _modules.Values)
        {
            module.Dispose();
        }

        _modules.Clear();
        _kernels.Clear();
    }

    private ModuleHandle ModuleOf(string name)
    {
        if (!_modules.TryGetValue(name, out var module))
        {
            module = Load(KernelSource.Of(name));
            _modules.Add(name, module);
        }

        return module;
    }
}

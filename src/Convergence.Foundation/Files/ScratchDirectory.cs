namespace Convergence.Foundation.Files;

/// <summary>
/// A directory for intermediate results beside the place of a final one, on the same disk. It goes away when disposed;
/// what a killed process left is removed by the next one that works on the same result. One process at a time has it.
/// </summary>
public sealed class ScratchDirectory : IDisposable
{
    private readonly FileStream _lock;

    private ScratchDirectory(string path, FileStream hold)
    {
        Path = path;
        _lock = hold;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Makes the empty directory that belongs to a result.</summary>
    /// <param name="resultPath">Where the result will be; its missing parents are created.</param>
    /// <exception cref="ConvergenceException">It cannot be made, or another process works on the same result.</exception>
    public static ScratchDirectory Beside(string resultPath)
    {
        var result = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(resultPath));
        var parent = System.IO.Path.GetDirectoryName(result)
            ?? throw new ConvergenceException($"{result}: is the root of a disk. Name a directory below it.");
        var path = System.IO.Path.Combine(parent, $".{System.IO.Path.GetFileName(result)}.steps");
        try
        {
            Directory.CreateDirectory(parent);
            var hold = Hold(path + ".lock", result);
            var scratch = new ScratchDirectory(path, hold);
            try
            {
                scratch.Delete();
                Directory.CreateDirectory(path);
                return scratch;
            }
            catch
            {
                hold.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            throw WriteFailure.Describe(path, byteCount: null, exception);
        }
    }

    /// <summary>The full path of a file or folder in it.</summary>
    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The result does not depend on it; the next run removes it.
        }

        _lock.Dispose();
    }

    private static FileStream Hold(string lockPath, string result)
    {
        try
        {
            return new FileStream(
                lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (File.Exists(lockPath) && !WriteFailure.IsOutOfSpace(exception))
        {
            throw new TargetBusyException(
                $"{result}: another process is making it now. Wait for it, or choose another output directory.", exception);
        }
    }

    private void Delete()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}

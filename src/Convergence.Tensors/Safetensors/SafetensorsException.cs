namespace Convergence.Tensors.Safetensors;

/// <summary>A safetensors file or checkpoint that breaks the format; nothing of it was used.</summary>
public sealed class SafetensorsException : ConvergenceException
{
    public SafetensorsException(SafetensorsError error, string path, string detail, Exception? innerException = null)
        : base($"{path}: {detail}", innerException)
    {
        Error = error;
        Path = path;
    }

    /// <summary>The cause.</summary>
    public SafetensorsError Error { get; }

    /// <summary>The file or directory.</summary>
    public string Path { get; }
}

namespace Convergence.Service.Serving;

/// <summary>A model that is to be served, and the name that requests call it by.</summary>
/// <param name="Name">The name, for example <c>reasoning</c>.</param>
/// <param name="Path">Its Hugging Face directory.</param>
public sealed record ModelReference(string Name, string Path)
{
    /// <summary>Reads <c>PATH</c>, whose last folder is the name, or <c>NAME=PATH</c>.</summary>
    /// <exception cref="ConvergenceException">The name or the path is empty.</exception>
    public static ModelReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // A folder may have an equals sign in its name.
        var border = Directory.Exists(text) ? -1 : text.IndexOf('=', StringComparison.Ordinal);
        var path = text[(border + 1)..];
        if (path.Length == 0 || border == 0)
        {
            throw new ConvergenceException($"'{text}': names no model. Write the model's directory, or NAME=DIRECTORY.");
        }

        var name = border > 0 ? text[..border]
            : System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        return name.Length > 0
            ? new ModelReference(name, path)
            : throw new ConvergenceException($"'{text}': has no folder name to call the model by. Write NAME={text}.");
    }
}

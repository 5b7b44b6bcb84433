namespace Convergence.Testing;

/// <summary>Where the repository lies, seen from a test that runs in its output folder.</summary>
public static class RepositoryRoot
{
    private const string Landmark = "Convergence.EvoMerge.sln";

    /// <summary>The full path.</summary>
    public static string Path { get; } = Find();

    /// <summary>The full path of a file or folder of the repository.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, Landmark)))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds {Landmark}.");
    }
}

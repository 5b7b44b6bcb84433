using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>
/// Keeps what is written apart from what is read: an output inside a parent's folder would be published, copied and deleted with it, and a
/// parent inside the output would be mistaken for a part of the result.
/// </summary>
public static class OutputPlace
{
    /// <summary>
    /// Refuses an output directory that lies in a parent's or its adapter's, is one, or would hold one. Links are followed.
    /// </summary>
    /// <param name="directory">The directory to be made.</param>
    /// <param name="parents">Opens the models.</param>
    /// <param name="names">The models that are read; those in memory stand in nobody's way.</param>
    /// <exception cref="ConvergenceException">They overlap.</exception>
    public static void Refuse(string directory, ParentModels parents, IEnumerable<string> names)
    {
        foreach (var model in names.Select(parents.Get))
        {
            string?[] places = [model.Directory?.Path, model.Adapter?.Path];
            foreach (var place in places.OfType<string>())
            {
                Refuse(directory, "directory", model.Name, place);
            }
        }
    }

    /// <summary>Refuses a file that lies in a model's or its adapter's folder, or would replace a file of it. Links are followed.</summary>
    /// <param name="file">The file to be written.</param>
    /// <param name="parents">Says where relative names begin.</param>
    /// <param name="names">The models that are read; they need not be there.</param>
    /// <exception cref="ConvergenceException">It lies in one of them.</exception>
    public static void RefuseFile(string file, ParentModels parents, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            foreach (var place in parents.PlacesOf(name).Where(Directory.Exists))
            {
                Refuse(file, "file", name, place);
            }
        }
    }

    private static void Refuse(string path, string kind, string model, string place)
    {
        var output = Path.GetFullPath(path);
        if (RealPath.IsWithin(output, place))
        {
            throw new ConvergenceException(
                $"{output}: lies inside the folder of the parent {model} ({place}), which is only read. Choose an output {kind} "
                + "elsewhere, for example "
                + $"{Path.Combine(Path.GetDirectoryName(place) ?? place, Path.GetFileName(Path.TrimEndingDirectorySeparator(output)))}.");
        }

        if (RealPath.IsWithin(place, output))
        {
            throw new ConvergenceException(
                $"{output}: would hold the folder of the parent {model} ({place}), which is only read. Choose an output {kind} "
                + "elsewhere.");
        }
    }
}

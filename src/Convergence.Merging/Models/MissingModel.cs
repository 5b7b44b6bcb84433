namespace Convergence.Merging;

/// <summary>Says what to do about a model's name that is no directory here: names of other tools mean models that they download.</summary>
internal static class MissingModel
{
    // Between a hub's model and one of its versions, in mergekit's names and others.
    private const char RevisionMark = '@';

    /// <summary>The whole message.</summary>
    /// <param name="name">What the recipe or the command line says.</param>
    /// <param name="part">The part of it that is the missing directory's name: all of it, but for a model with an adapter.</param>
    /// <param name="rootDirectory">What relative names refer to.</param>
    public static string Describe(string name, string part, string rootDirectory)
    {
        var root = Path.GetFullPath(rootDirectory);
        var message = $"Model {name}: there is no directory {Path.GetFullPath(Path.Combine(root, part))}. ";
        var mark = part.LastIndexOf(RevisionMark);
        if (mark > 0 && mark < part.Length - 1)
        {
            return message + DescribeRevision(part[..mark], part[(mark + 1)..], root);
        }

        if (IsLikeHubName(part))
        {
            return message
                + $"Nothing is downloaded: a name such as {part} is a directory too, relative to {root}. "
                + $"{Download(part, revision: null, root)} "
                + $"If it is there already, name the directory in which {part[..part.IndexOf('/')]} lies (--root).";
        }

        return message
            + $"Models are directories, absolute or relative to {root}; download the model first, or name the directory they are relative "
            + "to (--root).";
    }

    private static string DescribeRevision(string model, string revision, string root)
    {
        var path = Path.GetFullPath(Path.Combine(root, model));
        return Directory.Exists(path)
            ? $"A revision cannot be chosen: a directory holds one, and nothing is downloaded. If {path} holds the revision {revision}, "
                + $"write {model} alone; "
                + "else download that revision into a directory of its own and name that."
            : "A revision cannot be chosen: models are directories, which hold one, and nothing is downloaded. "
                + $"{Download(model, revision, root)}";
    }

    private static string Download(string model, string? revision, string root)
    {
        if (!IsLikeHubName(model))
        {
            return "Download the model into a directory and name that.";
        }

        var option = revision is null ? "" : $" --revision {revision}";
        var end = revision is null ? "" : $", and write {model} alone";
        return $"Download it, for example with \"hf download {model}{option} --local-dir {Path.Combine(root, model)}\"{end}.";
    }

    /// <summary>Whether a name has the form of a hub's: an owner and a model of letters, digits, "-", "_" and ".".</summary>
    private static bool IsLikeHubName(string name) =>
        name.Split('/') is [var owner, var model] && IsWord(owner) && IsWord(model)
        && !Path.EndsInDirectorySeparator(name);

    private static bool IsWord(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0])
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}

// Loaded by Node itself, so that its import() is Node's own.
module.exports = (specifier) => import(specifier);

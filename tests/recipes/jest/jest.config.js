module.exports = { rootDir: __dirname, testEnvironment: "node" };
